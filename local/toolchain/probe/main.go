// Command probe is everything of the real node that needs no library: what its pods run, and what stands around it.
//
//	probe pause                            holds the namespaces of a pod
//	probe serve [port]                     answers HTTP on every path and echoes UDP, on the port (default: $PORT)
//	probe connect <timeout> <target>...    tries every target at once; one JSON line for each, see connect.go
//	probe world <directory>                stands for everything outside of the node, see world.go
//	probe relay <listen> <target> <interface> <peer>
//	                                       passes one peer's TCP connections on, see relay.go
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	arguments := append(os.Args[1:], "", "", "", "", "")
	switch arguments[0] {
	case "pause":
		pause()
	case "serve":
		port := arguments[1]
		if port == "" {
			port = os.Getenv("PORT")
		}
		exit(serve(port))
	case "connect":
		timeout, err := time.ParseDuration(arguments[1])
		if err != nil {
			exit(err)
		}
		connectAll(timeout, os.Args[3:])
	case "world":
		exit(world(arguments[1]))
	case "relay":
		exit(relay(arguments[1], arguments[2], arguments[3], arguments[4]))
	default:
		fmt.Fprintln(os.Stderr, "usage: probe pause|serve|connect|world|relay [argument]...")
		os.Exit(2)
	}
}

func exit(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// pause is the first process of a pod, and so the parent of those whose own parents have ended.
func pause() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	for received := range signals {
		if received != syscall.SIGCHLD {
			return
		}
		for {
			if ended, _ := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); ended <= 0 {
				break
			}
		}
	}
}
