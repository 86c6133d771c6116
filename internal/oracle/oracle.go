// Package oracle is a second, slow, plain-Go implementation of the KPIs, written from the domain papers and the tables
// of the rules only, and used by tests only: it says what the product's models must say.
//
// It promises to be simple rather than fast: every day is looked at, nothing is precomputed, and no part of it is shared
// with the product beyond the declarations of the feeds. It must not know the SQL, and nobody may change it to agree
// with the SQL: where the two differ the papers decide, and the comment at the rule names the sentence.
package oracle

import (
	"fmt"
	"slices"
	"strings"
)

// Row is one measure row.
type Row struct {
	KPI      string
	Subject  string
	Kind     string // period kind of a cohort row; "" for rows that are summed over time
	Anchor   int    // day number of the period or event that decides the month
	Customer string
	Manager  string // "" when nobody is accountable
	Reason   string // why nobody is
	Num, Den int64
	Value    int64 // seconds, of durations
	Excluded string
}

// Key returns what two rows must agree on to be the same row. Of an excluded row only the reason
// is compared, of the exposure of complaints the month.
func (r Row) Key() string {
	subject, anchor := r.Subject, date(r.Anchor).Format("2006-01-02")
	if r.KPI == "D1" && r.Num == 0 && r.Excluded == "" {
		subject, anchor = "exposure", anchor[:7]
	}
	if r.Excluded != "" {
		return strings.Join([]string{r.KPI, subject, r.Customer, r.Excluded}, "|")
	}
	return strings.Join([]string{r.KPI, r.Kind, anchor, subject, r.Customer, r.Manager, r.Reason}, "|")
}

// Text writes a row for a person.
func (r Row) Text() string {
	return fmt.Sprintf("%s %s %s %s customer=%s manager=%s%s num=%d den=%d value=%d excluded=%s", r.KPI, r.Subject, r.Kind,
		date(r.Anchor).Format("2006-01-02"), r.Customer, r.Manager, r.Reason, r.Num, r.Den, r.Value, r.Excluded)
}

// Comparable reports whether a row is one that both sides must have: of a cohort, which of the members that do not count
// are listed is a matter of taste.
func (r Row) Comparable() bool { return r.Kind == "" || r.Excluded == "" }

// Compute returns the measure rows of every KPI that this package knows.
func Compute(f *Facts) []Row {
	var rows []Row
	add := func(part []Row) { rows = append(rows, part...) }
	subjects := f.subjects()
	for i := range subjects {
		add(f.caseRows(&subjects[i]))
	}
	add(f.surveyRows())
	add(f.visitRows())
	add(f.exposureRows())
	add(f.retentionRows())
	add(f.tierRows())
	slices.SortStableFunc(rows, func(a, b Row) int { return a.Anchor - b.Anchor })
	return rows
}
