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
		if r.KPI == "B3" { // what nobody owes is not counted
			subject, _, _ = strings.Cut(subject, "/")
		}
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

// Measures names the measures that this package knows, in the order of the catalogue.
func Measures() []string {
	return strings.Fields(`A1 A1.attitude A2 A3 A4 A4.easy A5 A6 A7 A8 B1 B2 B2.calendar B3 B4 B4.acceptance B4.review B5 C1 C2 C3 C3.calendar C4 C5 C6 C6.open C7
		D1 D1.revenue D2 D2.statutory D3 D3.attempted D4 D5 D6 D7 D7.faults D7.transfers E1 E1.statutory E2 E2.outage E3
		F1 F2 F3 F4 F4.share F5 F6 F7 F8 G1 G2 G3 G4 G4.survival H1 H1.revenue H1.interim H2.manager H2.hall H3 I1 I2 I3 I4 I5
		J1 J1.volume J2 J3 J4 J4.first J4.scope J5 K1 K2 K3 L1 L1.attitude L1.shopper L2 L2.kappa L2.second L3 L4 M1 M1.passed M2 M3 M4 M5 M6 P1
		W1 W2 W3 W4 W4.kept W5 W6`)
}

// Compute returns the measure rows of every KPI that this package knows.
func Compute(f *Facts) []Row {
	var rows []Row
	add := func(part []Row) { rows = append(rows, part...) }
	f.all = f.subjects()
	for i := range f.all {
		add(f.caseRows(&f.all[i]))
		add(f.supportRows(&f.all[i]))
		add(f.watchRows(&f.all[i]))
	}
	add(f.backlogRows())
	add(f.regulatorRows())
	add(f.outageRows())
	add(f.feedbackRows())
	add(f.visitedRows())
	add(f.contactRows())
	add(f.saveRows())
	add(f.arrearsRows())
	add(f.salesRows())
	add(f.noticeRows())
	add(f.premiumRows())
	add(f.qualityRows())
	add(f.disciplineRows())
	add(f.surveyRows())
	add(f.visitRows())
	add(f.exposureRows())
	add(f.revenueRows())
	add(f.lateVisitRows())
	retention := f.retentionRows()
	add(retention)
	add(churnRows(retention))
	add(f.survivalRows())
	add(f.tierRows())
	slices.SortStableFunc(rows, func(a, b Row) int { return a.Anchor - b.Anchor })
	return rows
}
