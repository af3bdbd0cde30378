package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

const (
	lowerCharacters   = "abcdefghijklmnopqrstuvwxyz"
	upperCharacters   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	numericCharacters = "0123456789"
	// The special characters of the official provider.
	specialCharacters = "!@#$%&*()-_=+[]{}<>:?"
	// bcrypt looks at no more than this many bytes, and its library refuses longer ones.
	bcryptBytes = 72
)

// passwordRules say what a password is made of.
type passwordRules struct {
	length                                     int
	lower, upper, numeric, special             bool
	minLower, minUpper, minNumeric, minSpecial int
	overrideSpecial                            string
}

type characterClass struct {
	characters string
	minimum    int
	allowed    bool
}

func (rules passwordRules) classes() []characterClass {
	special := specialCharacters
	if rules.overrideSpecial != "" {
		special = rules.overrideSpecial
	}
	return []characterClass{
		{lowerCharacters, rules.minLower, rules.lower},
		{upperCharacters, rules.minUpper, rules.upper},
		{numericCharacters, rules.minNumeric, rules.numeric},
		{special, rules.minSpecial, rules.special},
	}
}

// check says what is wrong with the rules, or nil.
func (rules passwordRules) check() error {
	if rules.length < 1 {
		return fmt.Errorf("length must be at least 1, got %d", rules.length)
	}
	needed, allowed := 0, false
	for _, class := range rules.classes() {
		if class.minimum < 0 {
			return errors.New("minLower, minUpper, minNumeric and minSpecial must not be negative")
		}
		needed += class.minimum
		allowed = allowed || class.allowed
	}
	if needed > rules.length {
		return fmt.Errorf("length %d is less than minLower + minUpper + minNumeric + minSpecial = %d", rules.length, needed)
	}
	if !allowed {
		return errors.New("at least one of lower, upper, numeric and special must be true")
	}
	return nil
}

// generate makes a password: the minimum of each class, the rest from all allowed characters, then shuffled, so that
// no position tells its class.
func (rules passwordRules) generate() (string, error) {
	if err := rules.check(); err != nil {
		return "", err
	}
	var all strings.Builder
	password := make([]byte, 0, rules.length)
	for _, class := range rules.classes() {
		if class.allowed {
			all.WriteString(class.characters)
		}
		for range class.minimum {
			character, err := pick(class.characters)
			if err != nil {
				return "", err
			}
			password = append(password, character)
		}
	}
	for len(password) < rules.length {
		character, err := pick(all.String())
		if err != nil {
			return "", err
		}
		password = append(password, character)
	}
	for last := len(password) - 1; last > 0; last-- {
		other, err := below(last + 1)
		if err != nil {
			return "", err
		}
		password[last], password[other] = password[other], password[last]
	}
	return string(password), nil
}

func pick(characters string) (byte, error) {
	index, err := below(len(characters))
	if err != nil {
		return 0, err
	}
	return characters[index], nil
}

// below draws from 0 to limit-1 without bias.
func below(limit int) (int, error) {
	number, err := rand.Int(rand.Reader, big.NewInt(int64(limit)))
	if err != nil {
		return 0, err
	}
	return int(number.Int64()), nil
}

// hash is the bcrypt hash that the official provider stores beside the password.
func hash(password string) (string, error) {
	bytes := []byte(password)
	if len(bytes) > bcryptBytes {
		bytes = bytes[:bcryptBytes]
	}
	sum, err := bcrypt.GenerateFromPassword(bytes, bcrypt.DefaultCost)
	return string(sum), err
}
