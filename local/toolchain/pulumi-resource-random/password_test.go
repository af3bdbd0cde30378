package main

import (
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

func everything(length int) passwordRules {
	return passwordRules{length: length, lower: true, upper: true, numeric: true, special: true}
}

func TestGenerateKeepsTheRules(t *testing.T) {
	rules := passwordRules{length: 20, lower: true, upper: true, numeric: true, special: true,
		minLower: 3, minUpper: 4, minNumeric: 5, minSpecial: 6, overrideSpecial: "_-"}
	for range 200 {
		password, err := rules.generate()
		if err != nil {
			t.Fatal(err)
		}
		if len(password) != 20 {
			t.Fatalf("length %d, want 20", len(password))
		}
		for _, class := range rules.classes() {
			count := 0
			for _, character := range password {
				if strings.ContainsRune(class.characters, character) {
					count++
				}
			}
			if count < class.minimum {
				t.Fatalf("%q has %d of %q, want at least %d", password, count, class.characters, class.minimum)
			}
		}
		if strings.ContainsAny(password, "!@#$%&*()=+[]{}<>:?") {
			t.Fatalf("%q has special characters outside overrideSpecial", password)
		}
	}
}

func TestGenerateUsesOnlyAllowedClasses(t *testing.T) {
	password, err := passwordRules{length: 500, lower: true}.generate()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Trim(password, lowerCharacters) != "" {
		t.Fatal("there are other characters than lower case letters")
	}
}

func TestPasswordsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		password, err := everything(32).generate()
		if err != nil {
			t.Fatal(err)
		}
		if seen[password] {
			t.Fatal("the same password twice")
		}
		seen[password] = true
	}
}

// Every character of the alphabet turns up, and none much more often than its share: the choice has no bias.
func TestGenerateIsEven(t *testing.T) {
	rules := passwordRules{length: 260_000, lower: true}
	password, err := rules.generate()
	if err != nil {
		t.Fatal(err)
	}
	for _, character := range lowerCharacters {
		// Expected 10000 each with a standard deviation of 98; 600 is six of them.
		if count := strings.Count(password, string(character)); count < 9_400 || count > 10_600 {
			t.Errorf("%c turns up %d times of 10000 expected", character, count)
		}
	}
}

func TestImpossibleRulesAreRefused(t *testing.T) {
	for name, rules := range map[string]passwordRules{
		"length 0":        everything(0),
		"minimums exceed": {length: 3, lower: true, minLower: 2, minUpper: 2},
		"no class":        {length: 8},
		"negative":        {length: 8, lower: true, minLower: -1},
	} {
		if _, err := rules.generate(); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestHashBelongsToThePassword(t *testing.T) {
	long := strings.Repeat("x", 100)
	for _, password := range []string{"short", long} {
		sum, err := hash(password)
		if err != nil {
			t.Fatal(err)
		}
		if bcrypt.CompareHashAndPassword([]byte(sum), []byte(password[:min(len(password), bcryptBytes)])) != nil {
			t.Errorf("the hash does not match a password of %d characters", len(password))
		}
	}
}
