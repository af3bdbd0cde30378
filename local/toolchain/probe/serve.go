package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

// serve answers HTTP and echoes UDP on one port until it is told to end.
func serve(port string) error {
	name, _ := os.Hostname()
	fmt.Println(name, "answers on port", port)
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
