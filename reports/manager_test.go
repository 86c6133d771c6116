package reports

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// TestManager_charged: a manager's sheet has only what may be charged to a manager: not what a unit answers for, nor what
// is for review; neither do the obligations missed. What lacks a feed is a line of its family.
func TestManager_charged(t *testing.T) {
	f := newFake(true)
	f.missed = 3                 // of the first measure
	f.defs[0].ChargedTo = "unit" // S1
	f.defs[1].ChargedTo = "manager"
	f.defs[2].ChargedTo = "nobody" // R1
	f.plant("Q1", "2026-10", "", kpi.Answer{Status: kpi.NoData})
	doc, err := Manager(t.Context(), f, kpi.Everything(), "M001", options(t, text.EN))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range doc.Sections[0].Tables[0].Rows {
		got = append(got, r.Cells[0].Text)
	}
	want := []string{"Satisfaction", "S2", "Response", "R2", "Retention", "G1", "Tiers", "K1", "Complaints", "no data: missing Visits (Q1 complaints)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if rows := doc.Sections[0].Tables[1].Rows; len(rows) > 0 && len(rows[0].Cells) > 1 {
		t.Errorf("missed obligations of a unit on a manager's sheet: %v", rows[0].Cells[0])
	}
}

// TestNobodys: a measure whose rows are nobody's is not on sheets; one without rows, or with a manager's, may be.
func TestNobodys(t *testing.T) {
	of := func(ids ...string) (list []kpi.Answer) {
		for _, id := range ids {
			list = append(list, kpi.Answer{By: map[string]string{"manager": id}, N: 1})
		}
		return list
	}
	for _, c := range []struct {
		n     int64
		split []kpi.Answer
		want  bool
	}{{5, of(""), true}, {5, of("", "M001"), false}, {0, nil, false}} {
		if got := nobodys(kpi.Answer{N: c.n}, c.split); got != c.want {
			t.Errorf("%d rows of %v: %v", c.n, c.split, got)
		}
	}
}

// TestMonthly_parts: wide tables go on anew by family and each part is called by its families; what has no row in the
// whole table has no column, and the notes say how many that are.
func TestMonthly_parts(t *testing.T) {
	f := newFake(true)
	for _, m := range []string{"", "M001", "M002", "M003"} {
		f.plant("R2", "2026-10", m, kpi.Answer{Status: kpi.NoData})
	}
	doc := monthlyOf(t, f, text.EN)
	managers := doc.Sections[2]
	parts := managers.Tables[0].parts()
	var got []string
	for _, p := range parts {
		got = append(got, p.Part)
	}
	// S1 S2, R1, G1, K1, Q1: six measures are the whole table, which needs no name
	if diff := cmp.Diff([]string{""}, got); diff != "" {
		t.Error(diff)
	}
	if last := managers.Notes[len(managers.Notes)-1]; !strings.HasPrefix(last, "Main KPIs without a row, not listed: 1;") {
		t.Errorf("the notes end with %q", last)
	}
	trend := doc.Sections[6] // all seven: with the second of response the sixth is full, complaints go on anew
	got = nil
	for _, p := range trend.Tables[0].parts() {
		got = append(got, p.Part)
	}
	if diff := cmp.Diff([]string{"Satisfaction, Response, Retention, Tiers", "Complaints"}, got); diff != "" {
		t.Errorf("%s: %s", trend.ID, diff)
	}
}
