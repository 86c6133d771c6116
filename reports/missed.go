package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/kpi"
)

// missedShown is how many missed obligations a sheet lists.
const missedShown = 50

// missedRow is an obligation that was not kept. Lateness is by the calendar: what is left of the working clock of a
// rule cannot be told from the row.
type missedRow struct {
	kpi  kpi.Definition
	row  kpi.Row
	due  time.Time     // zero where the measure does not say it
	done time.Time     // zero where it was not done
	late time.Duration // from due to done, or to the instant of the data while it is not done
}

// missedOf is the missed obligations of one manager: the latest ones, and how many there are in all.
type missedOf struct {
	list  []missedRow
	total int64
}

// add takes one more obligation; the list holds at most four times what is shown.
func (m *missedOf) add(r missedRow) {
	m.total++
	m.list = append(m.list, r)
	if len(m.list) >= 4*missedShown {
		m.sort()
	}
}

// sort puts the latest first, otherwise in the order of measures and rows, and cuts what is not shown.
func (m *missedOf) sort() {
	slices.SortStableFunc(m.list, func(a, b missedRow) int { return cmp.Compare(b.late, a.late) })
	m.list = m.list[:min(len(m.list), missedShown)]
}

// missed finds the obligations that people did not keep. Obligations are cases and duties counted by measures where
// higher is better.
func (a *asker) missed(ctx context.Context, people []kpi.Member) (map[string]*missedOf, error) {
	const together = 100 // managers a question: the rows of so many fit the memory
	found := map[string]*missedOf{}
	for _, d := range a.own {
		if d.OverTime == "own" || d.Direction == "down" || (d.Kind != "ratio" && d.Kind != "sums") {
			continue
		}
		for group := range slices.Chunk(people, together) {
			ids := make([]string, len(group))
			for i, m := range group {
				ids[i] = m.ID
			}
			if err := a.missedIn(ctx, d, ids, found); err != nil {
				return nil, fmt.Errorf("rows of %s: %w", d.ID, err)
			}
		}
	}
	for _, m := range found {
		m.sort()
	}
	return found, nil
}

func (a *asker) missedIn(ctx context.Context, d kpi.Definition, ids []string, found map[string]*missedOf) error {
	q := kpi.ExplainQuestion{KPI: d.ID, Period: a.opts.Period, Filter: map[kpi.Dim][]string{kpi.ByManager: ids}, Limit: 20_000}
	asOf := a.Stamp().AsOf
	for {
		page, err := a.Explain(ctx, a.scope, q)
		if err != nil {
			return err
		}
		for _, r := range page.Rows {
			if !isMissed(r) {
				continue
			}
			if found[r.ManagerID] == nil {
				found[r.ManagerID] = &missedOf{}
			}
			found[r.ManagerID].add(missedOn(d, r, asOf))
		}
		q.Offset += len(page.Rows)
		if len(page.Rows) == 0 || int64(q.Offset) >= page.Total {
			return nil
		}
	}
}

func isMissed(r kpi.Row) bool {
	return (r.SubjectKind == "case" || r.SubjectKind == "duty") && r.Num != nil && r.Den != nil && *r.Num < *r.Den
}

// missedOn reads from the details of a row when the obligation fell due and when it was done.
func missedOn(d kpi.Definition, r kpi.Row, asOf time.Time) missedRow {
	m := missedRow{kpi: d, row: r}
	for _, x := range r.Details {
		switch x.Name {
		case "due_at":
			m.due = civil(time.DateTime, x.Raw())
		case "done_at":
			m.done = civil(time.DateTime, x.Raw())
		case "window_to_on":
			if last := civil(time.DateOnly, x.Raw()); !last.IsZero() {
				m.due = last.AddDate(0, 0, 1) // the window ends with its last day
			}
		}
	}
	end := m.done
	if end.IsZero() {
		end = asOf
	}
	if !m.due.IsZero() {
		m.late = max(0, end.Sub(m.due))
	}
	return m
}

// civil reads an instant or a day without a zone; zero where there is none.
func civil(layout, s string) time.Time {
	t, err := time.Parse(layout, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

func (a *asker) missedTable(id string, missed *missedOf) Table {
	// The columns stand under those of the table of KPIs on the sheet: the order makes wide ones share.
	t := Table{ID: "missed-" + id, Caption: a.t("missed"), Columns: []Column{
		{Title: a.t("col.id"), Min: 9}, {Title: a.t("col.kpi"), Min: 20}, {Title: a.t("col.subject"), Min: 10, Max: 26},
		{Title: a.t("col.customer_id"), Min: 8}, {Title: a.t("col.customer"), Min: 10, Max: 28},
		{Title: a.dim(kpi.ByTier), Min: 8}, {Title: a.t("col.due"), Min: 16}, {Title: a.t("col.done"), Min: 16},
		{Title: a.t("col.late"), Min: 10, Max: 12}, {Title: a.dim(kpi.ByKind), Min: 8}, {Title: a.dim(kpi.BySeverity), Min: 8},
		{Title: a.t("col.lacking"), Min: 24, Max: 28},
	}}
	if missed.total > int64(len(missed.list)) {
		t.Cut = a.t("missed.cut", len(missed.list), missed.total)
	}
	if missed.total == 0 {
		t.Rows = append(t.Rows, Row{Heading: true, Cells: words(a.t("missed.none"))})
	}
	for _, m := range missed.list {
		r, tier := m.row, noCell()
		if r.Tier != nil {
			tier = textCell(kpi.Label(a.opts.Lang, kpi.ByTier, strconv.FormatInt(*r.Tier, 10), ""))
		}
		cells := []Cell{
			textCell(m.kpi.ID), textCell(a.name(m.kpi)), textCell(a.missedSubject(m)), textCell(r.CustomerID), textCell(r.CustomerName),
			tier,
		}
		cells = append(cells, a.missedTimes(m)...)
		cells = append(cells, a.codeCell(kpi.ByKind, r.Kind), a.codeCell(kpi.BySeverity, r.Severity), textCell(a.missedWords(m)))
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}

// missedSubject names what was missed: of a case its number, of a duty its window.
func (a *asker) missedSubject(m missedRow) string {
	if m.row.SubjectKind != "duty" || m.due.IsZero() {
		return m.row.SubjectID
	}
	for _, x := range m.row.Details {
		if x.Name == "window_from_on" && x.Raw() != "" {
			return a.t("missed.window", x.Raw(), m.due.AddDate(0, 0, -1).Format(time.DateOnly))
		}
	}
	return m.row.SubjectID
}

// missedTimes are the cells of when it fell due, when it was done and how late that was: of a duty, how many of the
// visits were made.
func (a *asker) missedTimes(m missedRow) []Cell {
	due, done, late := noCell(), noCell(), noCell()
	if !m.due.IsZero() {
		due = textCell(m.due.Format("2006-01-02 15:04"))
		s := styleOf(kpi.Definition{Unit: kpi.UnitSeconds})
		s.lang, s.page, s.decimals = a.opts.Lang, &kpi.Definition{Unit: kpi.UnitSeconds}, 1
		late = s.cell(m.late.Seconds())
	}
	switch {
	case m.row.SubjectKind == "duty":
		if !m.due.IsZero() {
			due = textCell(m.due.AddDate(0, 0, -1).Format(time.DateOnly))
		}
		done = textCell(a.t("missed.done_of", *m.row.Num, *m.row.Den))
	case !m.done.IsZero():
		done = textCell(m.done.Format("2006-01-02 15:04"))
	case !m.due.IsZero():
		done = mutedCell(a.t("missed.not_done"))
	}
	return []Cell{due, done, late}
}

// missedWords say what was required and what was done.
func (a *asker) missedWords(m missedRow) string {
	required, made := *m.row.Den, *m.row.Num
	switch {
	case m.row.SubjectKind == "duty" || m.due.IsZero():
		return a.t("missed.parts", required, made, required-made)
	case m.done.IsZero():
		return a.t("missed.open", a.Stamp().AsOf.Format("2006-01-02 15:04"))
	case m.late == 0:
		return a.t("missed.in_time")
	}
	s := a.t("missed.late", kpi.Format(a.opts.Lang, kpi.Definition{Unit: kpi.UnitSeconds}, new(m.late.Seconds())))
	for _, x := range m.row.Details {
		if strings.HasPrefix(x.Name, "took_") && x.Value != nil {
			s += a.t("join") + a.t("missed.detail", kpi.DetailName(a.opts.Lang, x.Name), x.Text(a.opts.Lang))
		}
	}
	return s
}
