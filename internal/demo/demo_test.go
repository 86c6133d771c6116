package demo

import (
	"testing"

	"github.com/kamlens/kamlens/internal/calendar"
)

func TestQuick(t *testing.T) {
	until, _ := calendar.ParsePeriod("2026-10")
	s, err := Generate(t.Context(), Options{Dir: "/tmp/G/demo", Customers: 2000, Months: 24, Until: until, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(s)
}
