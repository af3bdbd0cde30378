package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// result is what came of one target.
type result struct {
	Target string `json:"target"`
	// connected: an answer came back; refused: somebody said no; silent: nothing came in time; failed: see detail.
	Outcome string `json:"outcome"`
	Detail  string `json:"detail"`
}

// connectAll tries all targets at once: tcp:<address>:<port>, udp:<address>:<port> (an echo has to come back),
// dns-udp:<name>@<server>:<port> and dns-tcp:<name>@<server>:<port> (the name has to resolve).
func connectAll(timeout time.Duration, targets []string) {
	results := make([]result, len(targets))
	var group sync.WaitGroup
	for index, target := range targets {
		group.Go(func() { results[index] = judge(target, connect(timeout, target)) })
	}
	group.Wait()
	output := json.NewEncoder(os.Stdout)
	for _, each := range results {
		_ = output.Encode(each)
	}
}

func judge(target string, err error) result {
	if err == nil {
		return result{target, "connected", ""}
	}
	var network net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		return result{target, "refused", err.Error()}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return result{target, "silent", err.Error()}
	case strings.Contains(err.Error(), "connection refused"):
		return result{target, "refused", err.Error()}
	default:
		return result{target, "failed", err.Error()}
	}
}

func connect(timeout time.Duration, target string) error {
	kind, address, _ := strings.Cut(target, ":")
	switch kind {
	case "tcp":
		connection, err := net.DialTimeout("tcp4", address, timeout)
		if err == nil {
			_ = connection.Close()
		}
		return err
	case "udp":
		return exchange(timeout, address)
	case "dns-udp", "dns-tcp":
		name, server, _ := strings.Cut(address, "@")
		return resolve(timeout, strings.TrimPrefix(kind, "dns-"), server, name)
	default:
		return errors.New("no such kind of target")
	}
}

// exchange sends a datagram again and again, as one may be lost, until an answer comes.
func exchange(timeout time.Duration, address string) error {
	connection, err := net.DialTimeout("udp4", address, timeout)
	if err != nil {
		return err
	}
	defer connection.Close()
	deadline := time.Now().Add(timeout)
	buffer := make([]byte, 16)
	for {
		if _, err := connection.Write([]byte("probe")); err != nil {
			return err
		}
		_ = connection.SetReadDeadline(time.Now().Add(timeout / 4))
		if _, err = connection.Read(buffer); err == nil {
			return nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) || time.Now().After(deadline) {
			return err
		}
	}
}

func resolve(timeout time.Duration, transport, server, name string) error {
	limited, end := context.WithTimeout(context.Background(), timeout)
	defer end()
	resolver := net.Resolver{PreferGo: true, Dial: func(context context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(context, transport+"4", server)
	}}
	_, err := resolver.LookupIP(limited, "ip4", name)
	return err
}
