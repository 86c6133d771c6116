package reports

import (
	"cmp"
	"context"
	"slices"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
)

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
	split, err := a.ask(ctx, a.own, []kpi.Dim{kpi.ByManager}, false)
	if err != nil {
		return Document{}, err
	}
	a.own = slices.DeleteFunc(a.own, func(d kpi.Definition) bool { return nobodys(a.company.one(d), split[d.ID]) })
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
	both, err := a.bothWays(ctx)
	if err != nil {
		return Document{}, err
	}
	for _, m := range people {
		s, row := a.sheet(m, missed[m.ID], split)
		s.Tables = slices.Insert(s.Tables, 1, a.adjustedTables(m.ID, both)...)
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

// nobodys reports whether a measure has rows and none of them is a manager's: what only the company or a unit answers for.
func nobodys(company kpi.Answer, split []kpi.Answer) bool {
	return company.N > 0 && !slices.ContainsFunc(split, func(x kpi.Answer) bool { return x.By[string(kpi.ByManager)] != "" })
}

// people returns the managers to make sheets for: all that the scope sees, or the one asked for.
func (a *asker) people(ctx context.Context, id string) ([]kpi.Member, error) {
	all, err := a.members(ctx, kpi.ByManager)
	if err != nil || id == "" {
		return slices.DeleteFunc(all, func(m kpi.Member) bool { return m.ID == "" }), err
	}
	i := slices.IndexFunc(all, func(m kpi.Member) bool { return m.ID == id })
	if i < 0 {
		return nil, fault.New(fault.Usage, "reports.manager.unknown", id)
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
	for _, d := range a.own {
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
func (a *asker) sheet(m kpi.Member, missed *missedOf, split values) (Section, Row) {
	if missed == nil {
		missed = &missedOf{}
	}
	count := a.readable(split, m.ID)
	s := Section{
		ID: "manager-" + m.ID, Name: m.Name + " " + m.ID, Page: true,
		Title: a.t("manager.sheet", m.Name, m.ID),
		Intro: []string{a.t("manager.person", m.Name, m.ID, a.dim(kpi.ByTeam), kpi.Label(a.opts.Lang, kpi.ByTeam, m.Team, ""), chart.PeriodName(a.opts.Lang, a.opts.Period.String()), count.customer)},
		Tables: []Table{
			a.sheetTable(m, split),
			a.missedTable(m.ID, missed),
		},
		Notes:      []string{a.t("note.no_score"), a.t("note.missed"), a.t("note.provisional"), a.t("note.whole"), a.t("note.interval"), a.t("note.verdict"), a.t("note.own_period")},
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

func (a *asker) sheetTable(m kpi.Member, split values) Table {
	l, interval := a.opts.Lang, a.t("col.interval")
	t := Table{ID: "sheet-" + m.ID, Columns: []Column{
		{Title: a.t("col.id"), Min: 9}, {Title: a.t("col.kpi"), Min: 20, Max: 26}, {Title: a.t("col.period"), Min: 12},
		{Title: a.t("col.unit"), Min: 7, Max: 12}, {Title: a.t("col.value"), Min: 10, Max: 18}, {Title: a.t("col.n"), Min: 6},
		{Title: a.t("col.num"), Min: 8}, {Title: a.t("col.den"), Min: 8}, {Title: a.t("col.parts"), Min: 8, Max: 14},
		{Group: interval, Title: a.t("col.low"), Min: 8}, {Group: interval, Title: a.t("col.high"), Min: 8},
		{Title: a.t("col.target"), Min: 8}, {Title: a.t("col.met"), Min: 10}, {Title: a.t("company"), Min: 9, Max: 12},
		{Title: a.t("col.status"), Min: 18, Max: 28},
	}}
	t.Rows = a.byFamily(t.ID, a.own, a.company.one, func(d kpi.Definition) []Cell {
		x, s := at(split[d.ID], kpi.ByManager, m.ID), a.style(d)
		if _, found := split[d.ID]; !found {
			x.Status = a.company.one(d).Status // not defined: for everybody alike
		}
		ok := shown(x.Status, x.Value)
		return []Cell{
			textCell(d.ID), textCell(a.name(d)), textCell(chart.PeriodName(l, d.Within(a.opts.Period).String())),
			a.unitCell(d), a.valueCell(d, x), countCell(x.N), wholeCell(x.Num), wholeCell(x.Den), textCell(cmp.Or(kpi.PartUnit(l, d), l.T("kpi.part.count"))),
			endCell(s, ok, x.Low, x.Target), endCell(s, ok, x.High, x.Target), numberCell(s, true, x.Target), metCell(l, d, x),
			a.valueCell(d, a.company.one(d)), statusCell(l, x),
		}
	})
	return t
}
