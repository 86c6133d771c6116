package reports

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
)

// missedShown is how many missed obligations a sheet lists.
const missedShown = 50

// Manager makes the sheet that HR pulls for one account manager, or for each that has rows in the period when
// managerID is "": the values of the main measures with everything it takes to judge them, and the obligations that
// were missed. It gives no score. The company's values beside them are what the scope sees of the company.
func Manager(ctx context.Context, src Source, scope kpi.Scope, managerID string, o Options) (Document, error) {
	a := newAsker(src, scope, o)
	people, err := a.people(ctx, managerID)
	if err != nil {
		return Document{}, err
	}
	if err := a.prepare(ctx); err != nil {
		return Document{}, err
	}
	company, err := a.ask(ctx, a.main, nil, false)
	if err != nil {
		return Document{}, err
	}
	split, err := a.ask(ctx, a.main, []kpi.Dim{kpi.ByManager}, false)
	if err != nil {
		return Document{}, err
	}
	if managerID == "" {
		people = slices.DeleteFunc(people, func(m kpi.Member) bool { return a.readable(split, m.ID).rows == 0 })
	}
	doc := a.document(a.t("manager.title"), chart.PeriodName(o.Lang, o.Period.String()))
	index := Table{ID: "index", Columns: []Column{
		{Title: a.dim(kpi.ByManager), Min: 14, Max: 24}, {Title: a.t("col.manager_id"), Min: 10}, {Title: a.dim(kpi.ByTeam), Min: 14, Max: 28},
		{Title: a.t("col.customers"), Min: 10, Max: 12}, {Title: a.t("col.readable"), Min: 10, Max: 12},
		{Title: a.t("col.missed"), Min: 10, Max: 12},
	}}
	missed, err := a.missed(ctx, people)
	if err != nil {
		return Document{}, err
	}
	for _, m := range people {
		s, row := a.sheet(m, missed[m.ID], company, split)
		doc.Sections = append(doc.Sections, s)
		index.Rows = append(index.Rows, row)
	}
	if len(people) == 1 && managerID != "" {
		doc.Subtitle = a.t("manager.subtitle", doc.Subtitle, people[0].Name, people[0].ID)
		return doc, nil
	}
	first := Section{
		ID: "index", Name: a.t("sheet.index"), Title: a.t("manager.index", len(people)), Tables: []Table{index},
		Notes: []string{a.t("note.no_score")},
	}
	doc.Sections = append([]Section{first}, doc.Sections...)
	return doc, nil
}

// people returns the managers to make sheets for: all that the scope sees, or the one asked for.
func (a *asker) people(ctx context.Context, id string) ([]kpi.Member, error) {
	all, err := a.members(ctx, kpi.ByManager)
	if err != nil || id == "" {
		return slices.DeleteFunc(all, func(m kpi.Member) bool { return m.ID == "" }), err
	}
	i := slices.IndexFunc(all, func(m kpi.Member) bool { return m.ID == id })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "reports.manager.unknown", id)
	}
	return all[i : i+1], nil
}

// tally counts what one manager's answers hold.
type tally struct {
	rows     int64 // subjects behind all answers
	values   int   // answers whose value may be read
	customer int64 // customers in the cohort of the retention measure
}

func (a *asker) readable(split values, id string) tally {
	var t tally
	for _, d := range a.main {
		x := at(split[d.ID], kpi.ByManager, id)
		t.rows += x.N
		if shown(x.Status, x.Value) {
			t.values++
		}
		if d.Family == "retention" && d.Kind == "cohort" && t.customer == 0 {
			t.customer = x.N
		}
	}
	return t
}

// sheet makes the section of one manager and their line of the index.
func (a *asker) sheet(m kpi.Member, missed *missedOf, company, split values) (Section, Row) {
	if missed == nil {
		missed = &missedOf{}
	}
	count := a.readable(split, m.ID)
	s := Section{
		ID: "manager-" + m.ID, Name: m.Name + " " + m.ID, Page: true,
		Title: a.t("manager.sheet", m.Name, m.ID),
		Intro: []string{a.t("manager.person", m.Name, m.ID, a.dim(kpi.ByTeam), kpi.Label(a.opts.Lang, kpi.ByTeam, m.Team, ""), chart.PeriodName(a.opts.Lang, a.opts.Period.String()), count.customer)},
		Tables: []Table{
			a.sheetTable(m, company, split),
			a.missedTable(m.ID, missed.list, missed.total),
		},
		Notes:      []string{a.t("note.no_score"), a.t("note.provisional"), a.t("note.whole"), a.t("note.interval"), a.t("note.verdict"), a.t("note.own_period")},
		Signatures: []string{a.t("sign.assessed"), a.t("sign.supervisor"), a.t("sign.hr")},
	}
	row := Row{Cells: []Cell{
		{Text: m.Name, Link: s.ID}, textCell(m.ID), textCell(m.Team),
		countCell(count.customer), countCell(int64(count.values)), countCell(missed.total),
	}}
	return s, row
}

// codeCell writes a code of the data in words; a dash where the row has none.
func (a *asker) codeCell(dim kpi.Dim, code string) Cell {
	if code == "" {
		return noCell()
	}
	return textCell(kpi.Label(a.opts.Lang, dim, code, ""))
}

func (a *asker) sheetTable(m kpi.Member, company, split values) Table {
	l, interval := a.opts.Lang, a.t("col.interval")
	t := Table{ID: "sheet-" + m.ID, Columns: []Column{
		{Title: a.t("col.id"), Min: 9}, {Title: a.t("col.kpi"), Min: 20, Max: 26}, {Title: a.t("col.period"), Min: 12},
		{Title: a.t("col.unit"), Min: 7, Max: 12}, {Title: a.t("col.value"), Min: 10, Max: 18}, {Title: a.t("col.n"), Min: 6},
		{Title: a.t("col.num"), Min: 8}, {Title: a.t("col.den"), Min: 8},
		{Group: interval, Title: a.t("col.low"), Min: 8}, {Group: interval, Title: a.t("col.high"), Min: 8},
		{Title: a.t("col.target"), Min: 8}, {Title: a.t("col.met"), Min: 10}, {Title: a.t("company"), Min: 9, Max: 12},
		{Title: a.t("col.status"), Min: 18, Max: 28},
	}}
	for _, d := range a.main {
		x, s := at(split[d.ID], kpi.ByManager, m.ID), a.style(d)
		if _, found := split[d.ID]; !found {
			x.Status = company.one(d).Status // no data or not defined: for everybody alike
		}
		ok := shown(x.Status, x.Value)
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			textCell(d.ID), textCell(a.name(d)), textCell(chart.PeriodName(l, d.Within(a.opts.Period).String())),
			a.unitCell(d), a.valueCell(d, x), countCell(x.N), wholeCell(x.Num), wholeCell(x.Den),
			endCell(s, ok, x.Low, x.Target), endCell(s, ok, x.High, x.Target), numberCell(s, true, x.Target), metCell(l, d, x),
			a.valueCell(d, company.one(d)), statusCell(l, x),
		}})
	}
	return t
}

// missedOf is the missed obligations of one manager: the first ones, in order of measure and row, and how many.
type missedOf struct {
	list  []missedRow
	total int64
}

// missed finds the obligations that people did not keep. Obligations are cases and duties counted by measures where
// higher is better.
func (a *asker) missed(ctx context.Context, people []kpi.Member) (map[string]*missedOf, error) {
	const together = 100 // managers a question: the rows of so many fit the memory
	found := map[string]*missedOf{}
	for _, d := range a.main {
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
	return found, nil
}

func (a *asker) missedIn(ctx context.Context, d kpi.Definition, ids []string, found map[string]*missedOf) error {
	q := kpi.ExplainQuestion{KPI: d.ID, Period: a.opts.Period, Filter: map[kpi.Dim][]string{kpi.ByManager: ids}, Limit: 20_000}
	for {
		page, err := a.Explain(ctx, a.scope, q)
		if err != nil {
			return err
		}
		for _, r := range page.Rows {
			if !isMissed(r) {
				continue
			}
			m := found[r.ManagerID]
			if m == nil {
				m = &missedOf{}
				found[r.ManagerID] = m
			}
			m.total++
			if len(m.list) < missedShown {
				m.list = append(m.list, missedRow{d, r})
			}
		}
		q.Offset += len(page.Rows)
		if len(page.Rows) == 0 || int64(q.Offset) >= page.Total {
			return nil
		}
	}
}

// missedRow is a measure row with its measure.
type missedRow struct {
	kpi kpi.Definition
	row kpi.Row
}

func isMissed(r kpi.Row) bool {
	return (r.SubjectKind == "case" || r.SubjectKind == "duty") && r.Num != nil && r.Den != nil && *r.Num < *r.Den
}

func (a *asker) missedTable(id string, list []missedRow, total int64) Table {
	t := Table{ID: "missed-" + id, Caption: a.t("missed"), Columns: []Column{
		{Title: a.t("col.id"), Min: 9}, {Title: a.t("col.kpi"), Min: 20}, {Title: a.t("col.event_at"), Min: 16},
		{Title: a.t("col.anchor_on"), Min: 11}, {Title: a.t("col.subject"), Min: 10}, {Title: a.t("col.customer_id"), Min: 8},
		{Title: a.dim(kpi.ByTier), Min: 8}, {Title: a.dim(kpi.ByKind), Min: 8}, {Title: a.dim(kpi.BySeverity), Min: 8},
		{Title: a.t("col.lacking"), Min: 12, Max: 26}, {Title: a.t("col.customer"), Min: 10, Max: 28},
	}}
	if total > int64(len(list)) {
		t.Cut = a.t("cut", len(list), total)
	}
	if total == 0 {
		t.Rows = append(t.Rows, Row{Heading: true, Cells: words(a.t("missed.none"))})
	}
	for _, m := range list {
		r := m.row
		tier := noCell()
		if r.Tier != nil {
			tier = textCell(kpi.Label(a.opts.Lang, kpi.ByTier, strconv.FormatInt(*r.Tier, 10), ""))
		}
		began, subject, lacking := a.missedWords(r)
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			textCell(m.kpi.ID), textCell(a.name(m.kpi)), orDash(began), orDash(r.AnchorOn), textCell(subject), textCell(r.CustomerID),
			tier, a.codeCell(kpi.ByKind, r.Kind), a.codeCell(kpi.BySeverity, r.Severity),
			textCell(lacking), textCell(r.CustomerName),
		}})
	}
	return t
}

// missedWords says when what was missed began, what it is about and what is missing: of a case its number, of a duty its
// window and how many visits it lacks. The id of a duty is the customer, the window's first day and its length; it ends on the day it
// counts on.
func (a *asker) missedWords(r kpi.Row) (began, subject, lacking string) {
	if r.SubjectKind != "duty" {
		return minute(r.EventAt), r.SubjectID, a.t("missed.case")
	}
	subject = r.SubjectID
	for part := range strings.FieldsFuncSeq(r.SubjectID, func(c rune) bool { return c == '|' || c == '/' }) {
		if _, err := time.Parse(time.DateOnly, part); err == nil && r.AnchorOn != "" {
			began, subject = part, a.t("missed.window", part, r.AnchorOn)
		}
	}
	return began, subject, a.t("missed.duty", *r.Num, *r.Den, *r.Den-*r.Num)
}
