package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// A listener that cannot accept for the moment, for want of file descriptors for one, is asked again after this time.
const acceptPause = 50 * time.Millisecond

// relay listens on one address of one interface and passes the connections of one peer on to another address. Whoever else
// finds the way to the address, from the machine or through it, gets no answer of the target's.
func relay(address, target, device, peer string) error {
	permitted := net.ParseIP(peer)
	if device == "" || permitted == nil {
		return errors.New("usage: probe relay <listen> <target> <interface> <peer>")
	}
	bound := net.ListenConfig{Control: func(_, _ string, connection syscall.RawConn) error {
		var failed error
		err := connection.Control(func(descriptor uintptr) {
			failed = syscall.SetsockoptString(int(descriptor), syscall.SOL_SOCKET, syscall.SO_BINDTODEVICE, device)
		})
		return errors.Join(err, failed)
	}}
	listener, err := bound.Listen(context.Background(), "tcp4", address)
	if err != nil {
		return err
	}
	for {
		incoming, err := listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return err
		case err != nil:
			// The node has no other way to the API server: what is wrong with one connection must not end the relay.
			fmt.Fprintln(os.Stderr, err)
			time.Sleep(acceptPause)
		case !isFrom(incoming, permitted):
			fmt.Fprintln(os.Stderr, "refused", incoming.RemoteAddr())
			_ = incoming.Close()
		default:
			go pass(incoming, target)
		}
	}
}

func isFrom(connection net.Conn, permitted net.IP) bool {
	remote, isTCP := connection.RemoteAddr().(*net.TCPAddr)
	return isTCP && remote.IP.Equal(permitted)
}

func pass(incoming net.Conn, target string) {
	defer incoming.Close()
	outgoing, err := net.Dial("tcp4", target)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer outgoing.Close()
	done := make(chan struct{}, 2)
	copyTo := func(to, from net.Conn) {
		_, _ = io.Copy(to, from)
		// Only this direction has ended; what the other side still sends has to arrive.
		if half, ok := to.(*net.TCPConn); ok {
			_ = half.CloseWrite()
		}
		done <- struct{}{}
	}
	go copyTo(outgoing, incoming)
	go copyTo(incoming, outgoing)
	<-done
	<-done
}
