package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// TestAsUsage: what the rulebook counts among the KPIs and another command tells leads there; any other id to those there are.
func TestAsUsage(t *testing.T) {
	for id, want := range map[string]string{"n1": "kpi.elsewhere.n1", "N2": "kpi.elsewhere.n2", "N3": "kpi.elsewhere.n3", "N4": "kpi.cli.unknown", "": "kpi.cli.unknown"} {
		err := asUsage(fault.New(fault.NotFound, "kpi.unknown", id, "A1 A2"))
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Key != want || f.Kind != fault.Usage {
			t.Errorf("%q: %v, want %s", id, err, want)
		}
	}
}

// TestSomeIDs: eight ids are named, of nine the last is counted.
func TestSomeIDs(t *testing.T) {
	ids := strings.Fields("A1 A2 A3 A4 A5 A6 A7 A8 B1")
	for n, want := range map[int]string{0: "", 1: "A1", 8: "A1 A2 A3 A4 A5 A6 A7 A8", 9: "A1 A2 A3 A4 A5 A6 A7 A8 and 1 more"} {
		if got := someIDs(text.EN, ids[:n]); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
