package main

import (
	"context"
	"encoding/binary"
	"net"
	"syscall"
	"unsafe"
)

// echoFromSame sends every datagram back from the very address it was sent to: where many addresses lead to one socket, an
// answer from another one is none.
func echoFromSame(address string) error {
	listening := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var failed error
		err := raw.Control(func(descriptor uintptr) {
			failed = syscall.SetsockoptInt(int(descriptor), syscall.IPPROTO_IP, syscall.IP_PKTINFO, 1)
		})
		if err != nil {
			return err
		}
		return failed
	}}
	packets, err := listening.ListenPacket(context.Background(), "udp4", address)
	if err != nil {
		return err
	}
	connection := packets.(*net.UDPConn)
	buffer, control := make([]byte, 1500), make([]byte, 128)
	for {
		size, controlSize, _, from, err := connection.ReadMsgUDP(buffer, control)
		if err != nil {
			return err
		}
		_, _, _ = connection.WriteMsgUDP(buffer[:size], sourceOf(control[:controlSize]), from)
	}
}

// sourceOf makes of "this came to an address" the order "this goes out from it".
func sourceOf(received []byte) []byte {
	messages, err := syscall.ParseSocketControlMessage(received)
	if err != nil || len(messages) == 0 || len(messages[0].Data) < syscall.SizeofInet4Pktinfo {
		return nil
	}
	message := make([]byte, syscall.CmsgSpace(syscall.SizeofInet4Pktinfo))
	header := (*syscall.Cmsghdr)(unsafe.Pointer(&message[0]))
	header.Level, header.Type = syscall.IPPROTO_IP, syscall.IP_PKTINFO
	header.SetLen(syscall.CmsgLen(syscall.SizeofInet4Pktinfo))
	// Interface 0: the route decides. Then the address to send from; the third field is only for receiving.
	data := message[syscall.CmsgLen(0):]
	binary.NativeEndian.PutUint32(data, 0)
	copy(data[4:8], messages[0].Data[8:12])
	return message
}
