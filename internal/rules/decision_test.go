package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// decide is a decision about a rule that rests on a sentence.
func decide(number int, subject string, fields ...string) Decision {
	d := Decision{Number: number, ID: fmt.Sprintf("D%06d", number), By: "MAX", File: "decisions.ndjson", Subject: subject,
		Fields: map[string]string{"document": "S1", "heading": "四", "quote": "七日内"}}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		d.Fields[name] = value
	}
	return d
}

// What was decided stands over the files, the later decision over the earlier one, on the days from which they hold; a
// more specific rule of a file still holds where it selects.
func TestCompose_decided(t *testing.T) {
	file := File{"own.yaml", []byte(`
params:
  - {name: reopen_window_days, value: 7}
limits:
  - {rule: first_response, severity: urgent, limit: 30 minutes, clock: working}
  - {rule: first_response, severity: urgent, tier: 1, limit: 10 minutes, clock: working}
`)}
	b, err := compose([]File{file}, []Decision{
		decide(3, "params.reopen_window_days", "value=9", "from=2026-06-01"),
		decide(5, "params.reopen_window_days", "value=11", "from=2026-01-01"),
		decide(8, "params.reopen_window_days", "value=13", "from=2026-09-01", "to=2026-10-01"),
		decide(9, "limits.first_response", "severity=urgent", "limit=20 minutes", "clock=working", "from=2026-01-01"),
		decide(11, "curves.default", "values=floor 60, target 80, stretch 100", "from=2026-01-01"),
		decide(12, "cadences.visit", "tier=1", "window_months=1", "required=2", "from=2026-01-01"),
		decide(13, "mappings.card_tier", "key=gold", "value=2", "from=2026-01-01"),
	})
	if err != nil {
		t.Fatal(fault.Text(text.EN, err))
	}
	in := func(day string, c Cell) string {
		at, _ := time.Parse(time.DateOnly, day)
		for _, s := range b.timeline[c] {
			if !s.From.After(at) && at.Before(s.To) {
				return s.Rule.Code() + " " + s.Rule.Source
			}
		}
		return ""
	}
	window := Cell{Section: Params, Name: "reopen_window_days"}
	for _, c := range []struct {
		day  string
		cell Cell
		want string
	}{
		{"2025-12-31", window, "7 "}, {"2026-01-01", window, "11 D000005 MAX"}, {"2026-07-01", window, "11 D000005 MAX"},
		{"2026-09-30", window, "13 D000008 MAX"}, {"2026-10-01", window, "11 D000005 MAX"},
		{"2026-02-01", Cell{Limits, "first_response", "fault", "urgent", "2"}, "20 minutes working D000009 MAX"},
		{"2026-02-01", Cell{Limits, "first_response", "fault", "urgent", "1"}, "10 minutes working "},
		{"2026-02-01", Cell{Section: Curves, Name: "default"}, "floor 60, target 80, stretch 100 D000011 MAX"},
		{"2026-02-01", Cell{Section: Cadences, Name: "visit", A: "tier", B: "1"}, "2 per 1 months D000012 MAX"},
		{"2026-02-01", Cell{Section: Mappings, Name: "card_tier", A: "gold"}, "2 D000013 MAX"},
	} {
		if got := in(c.day, c.cell); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.day, c.cell, got, c.want)
		}
	}
}

func TestCompose_refusesDecisions(t *testing.T) {
	for name, d := range map[string]Decision{
		"section":       decide(1, "prices.x", "value=1", "from=2026-01-01"),
		"no name":       decide(1, "params", "value=1", "from=2026-01-01"),
		"no day":        decide(1, "params.x", "value=1"),
		"no value":      decide(1, "params.x", "from=2026-01-01"),
		"unknown field": decide(1, "params.x", "value=1", "from=2026-01-01", "tier=1"),
		"status":        decide(1, "params.x", "value=1", "from=2026-01-01", "status=proposed"),
		"other name":    decide(1, "params.x", "value=1", "from=2026-01-01", "name=y"),
		"half a table":  decide(1, "curves.default", "values=floor 60, target", "from=2026-01-01"),
		"no sentence":   {Number: 1, ID: "D000001", File: "decisions.ndjson", Subject: "params.x", Fields: map[string]string{"value": "1", "from": "2026-01-01"}},
	} {
		_, err := compose(nil, []Decision{d})
		if fault.KindOf(err) != fault.Refused || !strings.Contains(fault.Text(text.EN, err), "decisions.ndjson:1") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
