package main

// Sockets and one epoll loop, edge triggered. Raw system calls: the descriptors never block, so Go's scheduler
// need not hear of them.

import (
	"net"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

var (
	epoll     int
	events    = make([]syscall.EpollEvent, 1024)
	sockets   []reader // by descriptor
	buffer    = make([]byte, 1<<20)
	begin     = time.Now()
	addresses []syscall.SockaddrInet4
	dialled   int
)

// What the loop calls. `gone` is called once, when the other side has closed or the socket failed.
type reader interface {
	writable()
	readable()
}

func now() int64 { return int64(time.Since(begin)) }

func openEpoll() {
	var err error
	if epoll, err = syscall.EpollCreate1(0); err != nil {
		die("epoll: %v", err)
	}
}

func targets(list string) (found []syscall.SockaddrInet4) {
	for _, one := range splitList(list) {
		host, port, err := net.SplitHostPort(one)
		ip := net.ParseIP(host).To4()
		number, wrong := strconv.Atoi(port)
		if err != nil || ip == nil || !ip.IsLoopback() || wrong != nil {
			die("%q is not a port on loopback: this program loads nothing else", one)
		}
		found = append(found, syscall.SockaddrInet4{Port: number, Addr: [4]byte{ip[0], ip[1], ip[2], ip[3]}})
	}
	return
}

func dial(r reader) int {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		die("socket: %v", err)
	}
	syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	to := addresses[dialled%len(addresses)]
	dialled++
	for fd >= len(sockets) {
		sockets = append(sockets, make([]reader, 4096)...)
	}
	sockets[fd] = r
	if err = syscall.Connect(fd, &to); err != nil && err != syscall.EINPROGRESS {
		die("connect: %v", err)
	}
	const edge = 1 << 31 // EPOLLET
	event := syscall.EpollEvent{Events: syscall.EPOLLIN | syscall.EPOLLOUT | syscall.EPOLLRDHUP | edge, Fd: int32(fd)}
	if err = syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, fd, &event); err != nil {
		die("epoll_ctl: %v", err)
	}
	return fd
}

func host(fd int) string {
	peer, _ := syscall.Getpeername(fd)
	if to, known := peer.(*syscall.SockaddrInet4); known {
		return "127.0.0.1:" + strconv.Itoa(to.Port)
	}
	return "127.0.0.1"
}

// One turn: at most `wait` milliseconds until something happens, then everything that did.
func turn(wait int) {
	from := now()
	n, _, failed := syscall.RawSyscall6(syscall.SYS_EPOLL_WAIT, uintptr(epoll), uintptr(unsafe.Pointer(&events[0])),
		uintptr(len(events)), uintptr(wait), 0, 0)
	if failed != 0 || n == 0 {
		idle += now() - from
		return
	}
	for _, event := range events[:n] {
		r := sockets[event.Fd]
		if r != nil && event.Events&syscall.EPOLLOUT != 0 {
			r.writable()
		}
		if r != nil && event.Events&^syscall.EPOLLOUT != 0 {
			r.readable()
		}
	}
}

func turnFor(seconds float64) {
	for end := now() + int64(seconds*1e9); now() < end; {
		turn(5)
	}
}

func read(fd int, into []byte) (int, syscall.Errno) {
	n, _, failed := syscall.RawSyscall(syscall.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&into[0])), uintptr(len(into)))
	return int(n), failed
}

// Writes what the socket takes and returns the rest.
func write(fd int, data []byte) []byte {
	for len(data) > 0 {
		n, _, failed := syscall.RawSyscall(syscall.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(&data[0])), uintptr(len(data)))
		if failed != 0 {
			return data
		}
		data = data[n:]
	}
	return nil
}
