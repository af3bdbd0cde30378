package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

// serve answers HTTP and echoes UDP on one port until it is told to end.
func serve(port string) error {
	ended := make(chan error, 2)
	go func() { ended <- echo(":" + port) }()
	go func() { ended <- http.ListenAndServe(":"+port, http.HandlerFunc(greet)) }()
	// As the first process of a container it would get no signal that it does not ask for.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	select {
	case err := <-ended:
		return err
	case <-signals:
		os.Exit(0)
		return nil
	}
}

func greet(response http.ResponseWriter, request *http.Request) {
	name, _ := os.Hostname()
	fmt.Fprintf(response, "%s answers %s\n", name, request.RemoteAddr)
}

// echo sends every datagram back.
func echo(address string) error {
	connection, err := net.ListenPacket("udp4", address)
	if err != nil {
		return err
	}
	buffer := make([]byte, 1500)
	for {
		size, from, err := connection.ReadFrom(buffer)
		if err != nil {
			return err
		}
		if _, err := connection.WriteTo(buffer[:size], from); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// relay listens on one address and passes every connection on to another.
func relay(address, target string) error {
	listener, err := net.Listen("tcp4", address)
	if err != nil {
		return err
	}
	for {
		incoming, err := listener.Accept()
		if err != nil {
			return err
		}
		go pass(incoming, target)
	}
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
