package dashboard

import (
	"net"
	"net/netip"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
)

// CheckAddress refuses an address that other machines could reach: there are no logins yet, and the pages show
// customers.
func CheckAddress(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fault.New(fault.Usage, "dashboard.address.bad", address).Because(err)
	}
	if !loopback(host) {
		return fault.New(fault.Usage, "dashboard.address.loopback", address)
	}
	return nil
}

// loopback reports whether host names this machine only. Names other than localhost are not looked up: what they mean
// may change.
func loopback(host string) bool {
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// asksLoopback reports whether a request's Host is this machine. Another name that resolves here is how a foreign page
// in the reader's browser would read ours (DNS rebinding).
func asksLoopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return loopback(host)
}
