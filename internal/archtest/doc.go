// Package archtest checks the rules of docs/ARCHITECTURE.md that a compiler does not: which room may import which, and
// that the driver of the warehouse is known in one place. It holds tests only.
package archtest
