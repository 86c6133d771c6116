package kpi

import (
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/text"
)

// TestPreliminary: a month of which ten days have passed says so, with the measures by the day they mature on.
func TestPreliminary(t *testing.T) {
	s := Stamp{AsOf: time.Date(2026, 11, 10, 8, 30, 0, 0, time.UTC)}
	november := calendar.MonthOf(s.AsOf)
	defs := []Definition{{ID: "a", NameZH: "甲", NameEN: "first"}, {ID: "b", NameZH: "乙", NameEN: "second"}, {ID: "c", NameZH: "丙", NameEN: "third"}, {ID: "d", NameEN: "fourth"}}
	answers := []Answer{
		{KPI: "a", Status: Immature, MaturesOn: "2026-12-08"}, {KPI: "b", Status: Immature, MaturesOn: "2026-12-01"},
		{KPI: "c", Status: Immature, MaturesOn: "2026-11-02"}, {KPI: "c", Status: Immature, MaturesOn: "2026-12-01"}, // two months of a range
		{KPI: "d", Status: NotDefined},
	}
	for l, want := range map[text.Lang]string{
		text.ZH: "初步：2026年11月尚未结束，数字截至 2026-11-10 08:30。未成熟的指标：2026-12-01 起定案：乙、丙；2026-12-08 起定案：甲。",
		text.EN: "Preliminary: Nov 2026 is not over; the numbers are as of 2026-11-10 08:30. KPIs not mature yet: final from 2026-12-01: second, third; final from 2026-12-08: first.",
	} {
		name := map[text.Lang]string{text.ZH: "2026年11月", text.EN: "Nov 2026"}[l]
		if got, list := Preliminary(l, s, november, name, defs, answers); got != want || list != nil {
			t.Errorf("%s\ngot  %s %v\nwant %s", l, got, list, want)
		}
	}
	if got, _ := Preliminary(text.EN, s, november.Previous(), "Oct 2026", defs, answers); got != "" {
		t.Errorf("a month that is over: %q", got)
	}
	s.AsOf = november.End // midnight of the 1st: the month is over
	if !s.Over(november) {
		t.Error("a month is not over when the next one begins")
	}
}

// TestPreliminary_many: of a fourth measure on, the sentence has the number and the last day, and the list the names.
func TestPreliminary_many(t *testing.T) {
	s := Stamp{AsOf: time.Date(2026, 11, 10, 8, 30, 0, 0, time.UTC)}
	november := calendar.MonthOf(s.AsOf)
	var defs []Definition
	var answers []Answer
	for i, day := range []string{"2026-12-01", "2026-12-08", "2026-12-01", "2026-12-01"} {
		name := string(rune('a' + i))
		defs = append(defs, Definition{ID: name, NameZH: name, NameEN: name})
		answers = append(answers, Answer{KPI: name, Status: Immature, MaturesOn: day})
	}
	for l, want := range map[text.Lang]string{
		text.ZH: "初步：十一月尚未结束，数字截至 2026-11-10 08:30。4 个指标未成熟，最迟 2026-12-08 起定案。|2026-12-01 起定案：a、c、d|2026-12-08 起定案：b",
		text.EN: "Preliminary: Nov is not over; the numbers are as of 2026-11-10 08:30. 4 KPIs are not mature yet; all are final from 2026-12-08." +
			"|final from 2026-12-01: a, c, d|final from 2026-12-08: b",
	} {
		said, list := Preliminary(l, s, november, map[text.Lang]string{text.ZH: "十一月", text.EN: "Nov"}[l], defs, answers)
		if got := strings.Join(append([]string{said}, list...), "|"); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", l, got, want)
		}
	}
}
