package reports

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
)

// trendMonths is how far back the trends of a report go.
const trendMonths = 24

// Monthly makes the report on one period, for management: the summary, a section for each dimension, the trends, the
// definitions and the state of the data. The name is its usual use; a quarter or a year works alike.
func Monthly(ctx context.Context, src Source, scope kpi.Scope, o Options) (Document, error) {
	a := newAsker(src, scope, o)
	if err := a.prepare(ctx); err != nil {
		return Document{}, err
	}
	doc := a.document(a.t("monthly.title"), chart.PeriodName(o.Lang, o.Period.String()))
	parts := []func(context.Context) (Section, error){
		a.summary,
		a.dimension("managers", kpi.ByManager),
		a.dimension("teams", kpi.ByTeam),
		a.dimension("regions", kpi.ByRegion),
		a.tiers,
		a.trend,
		a.details,
		a.definitions,
		a.quality,
	}
	for _, part := range parts {
		s, err := part(ctx)
		if err != nil {
			return Document{}, fmt.Errorf("monthly report: %w", err)
		}
		doc.Sections = append(doc.Sections, s)
	}
	tables, err := a.plain(ctx)
	if err != nil {
		return Document{}, fmt.Errorf("monthly report: %w", err)
	}
	const behind = 2 // the definitions and the state of the data stay last
	doc.Sections = slices.Insert(doc.Sections, len(doc.Sections)-behind, tables...)
	doc.Sections = slices.Insert(doc.Sections, 1, a.pictures(doc.Sections))
	return doc, nil
}

// pictures takes the figures of all sections into one of their own: a wide table and charts do not share a sheet well.
// Trends come first.
func (a *asker) pictures(sections []Section) Section {
	s := Section{ID: "charts", Name: a.t("sheet.charts"), Title: a.t("by.charts"), Notes: []string{a.t("note.gaps")}}
	var bars []Figure
	for i := range sections {
		for _, f := range sections[i].Figures {
			if f.Bars {
				bars = append(bars, f)
			} else {
				s.Figures = append(s.Figures, f)
			}
		}
		sections[i].Figures = nil
	}
	s.Figures = append(s.Figures, bars...)
	return s
}

// document starts a document with the stamp of the data.
func (a *asker) document(title, subtitle string) Document {
	s := a.Stamp()
	doc := Document{Lang: a.opts.Lang, Title: title, Subtitle: subtitle, Open: a.open}
	doc.Presumed = kpi.PresumedWords(a.opts.Lang, a.feeds, a.opts.Period)
	if doc.Open != "" {
		doc.Subtitle = a.t("open", subtitle)
	}
	if s.Demo {
		doc.Demo = a.t("demo")
	}
	doc.Stamp = []string{
		a.t("stamp.data_to", s.DataTo),
		a.t("stamp.as_of", s.AsOf.Format("2006-01-02 15:04")),
		a.t("stamp.checks", s.ChecksPassed, s.ChecksTotal),
		a.t("stamp.snapshot", strings.TrimSuffix(s.Snapshot, ".duckdb")),
		a.t("stamp.made", a.opts.Now.Format("2006-01-02 15:04")),
	}
	if s.Warnings > 0 {
		doc.Warning = a.t("stamp.warnings", s.Warnings)
	}
	return doc
}

// summary lists every measure of the catalogue, by family.
func (a *asker) summary(ctx context.Context) (Section, error) {
	got, err := a.ask(ctx, a.all, nil, true)
	if err != nil {
		return Section{}, err
	}
	t := Table{ID: "summary", Hold: 2, Columns: a.summaryColumns()}
	t.Rows = a.byFamily(t.ID, a.all, got.one, func(d kpi.Definition) []Cell { return a.summaryCells(d, got.one(d)) })
	return Section{
		ID: "summary", Name: a.t("sheet.summary"), Title: a.t("sheet.summary"),
		Intro: a.sentences(got), Tables: []Table{t},
		Notes: []string{a.t("note.interval"), a.t("note.verdict"), a.t("note.compare"), a.t("note.own_period")},
	}, nil
}

func (a *asker) summaryColumns() []Column {
	interval, last, year := a.t("col.interval"), a.t("col.previous"), a.t("col.year_ago")
	return []Column{
		{Title: a.t("col.id"), Min: 9},
		{Title: a.t("col.kpi"), Min: 20, Max: 30},
		{Title: a.t("col.period"), Min: 11},
		{Title: a.t("col.unit"), Min: 6, Max: 12},
		{Title: a.t("col.value"), Min: 9, Max: 18},
		{Title: a.t("col.n"), Min: 6},
		{Group: interval, Title: a.t("col.low"), Min: 8},
		{Group: interval, Title: a.t("col.high"), Min: 8},
		{Title: a.t("col.p90"), Min: 7},
		{Title: a.t("col.target"), Min: 8},
		{Title: a.t("col.met"), Min: 10},
		{Group: last, Title: a.t("col.value"), Min: 9, Max: 18},
		{Group: last, Title: a.t("col.change"), Min: 7},
		{Group: year, Title: a.t("col.value"), Min: 9, Max: 18},
		{Group: year, Title: a.t("col.change"), Min: 7},
		{Title: a.t("col.status"), Min: 14, Max: 26},
	}
}

func (a *asker) summaryCells(d kpi.Definition, x kpi.Answer) []Cell {
	l, s, ok := a.opts.Lang, a.style(d), shown(x.Status, x.Value)
	name := a.name(d)
	if !d.Main {
		name = "　" + name // an ideographic space: the measure belongs to the one above
	}
	p90 := noCell()
	if d.Kind == "duration" {
		p90 = numberCell(s, ok, x.P90)
	}
	cells := []Cell{
		textCell(d.ID), textCell(name),
		textCell(chart.PeriodName(l, d.Within(a.opts.Period).String())), a.unitCell(d),
		a.valueCell(d, x), countCell(x.N), endCell(s, ok, x.Low, x.Target), endCell(s, ok, x.High, x.Target), p90,
		numberCell(s, true, x.Target), metCell(l, d, x),
	}
	cells = append(cells, a.comparisonCells(d, x, x.Previous)...)
	cells = append(cells, a.comparisonCells(d, x, x.YearAgo)...)
	return append(cells, statusCell(l, x))
}

// sentences put the main measures into words; every number in them is an answer's.
func (a *asker) sentences(got values) []string {
	absent, compared, count := 0, 0, map[kpi.Verdict]int{}
	found := map[string][]said{}
	for _, d := range a.main {
		x := got.one(d)
		if !shown(x.Status, x.Value) {
			absent++
		}
		v, _ := d.Judge(x)
		count[v]++
		switch v {
		case kpi.Missed, kpi.Undecided:
			key := "say." + string(v)
			found[key] = append(found[key], said{d.Family, a.t("say.missed_one", a.name(d), a.valueWords(d, x), a.targetWords(d, x))})
		case kpi.Met, kpi.NotJudged:
		}
		if _, ok := x.Moved(x.Previous); ok {
			compared++
		}
		if m := a.movedWords(d, x); m != "" {
			found["say.moved"] = append(found["say.moved"], said{d.Family, m})
		}
	}
	list := []string{a.t("say.counts", len(a.main), len(a.main)-count[kpi.NotJudged], count[kpi.Met], count[kpi.Missed], count[kpi.Undecided])}
	for _, key := range []string{"say.missed", "say.undecided", "say.moved"} {
		list = append(list, a.spread(key, found[key])...)
	}
	if len(found["say.moved"]) == 0 && compared > 0 { // in the middle of a period nothing can be compared yet
		list = append(list, a.t("say.steady"))
	}
	if absent > 0 {
		list = append(list, a.t("say.absent", absent))
	}
	return list
}

// said is what there is to say of a measure of a family.
type said struct{ family, words string }

// spread puts what is said alike of some measures into one sentence, of many into one for each family.
func (a *asker) spread(key string, list []said) []string {
	const some = 8
	join := func(of []said) string {
		var all []string
		for _, s := range of {
			all = append(all, s.words)
		}
		return strings.Join(all, a.t("join"))
	}
	switch {
	case len(list) == 0:
		return nil
	case len(list) <= some:
		return []string{a.t(key, join(list))}
	}
	sentences := []string{a.t(key, a.t("say.many", len(list)))}
	for len(list) > 0 { // they are in the order of families
		n := slices.IndexFunc(list, func(s said) bool { return s.family != list[0].family })
		if n < 0 {
			n = len(list)
		}
		sentences = append(sentences, a.t("say.in_family", kpi.Family{ID: list[0].family}.Name(a.opts.Lang), join(list[:n])))
		list = list[n:]
	}
	return sentences
}

// valueWords is the value with its unit, as it stands in the table.
func (a *asker) valueWords(d kpi.Definition, x kpi.Answer) string {
	return a.withUnit(d, a.valueCell(d, x))
}

func (a *asker) targetWords(d kpi.Definition, x kpi.Answer) string {
	return a.withUnit(d, a.style(d).cell(*x.Target))
}

// withUnit adds the unit, unless the number or the measure's name says it; number and unit stay on one line.
func (a *asker) withUnit(d kpi.Definition, c Cell) string {
	if c.Page != "" {
		return strings.ReplaceAll(c.Page, " ", "\u00a0")
	}
	number := c.Text
	unit := a.unitWord(d)
	if a.style(d).percent || strings.Contains(a.name(d), unit) {
		return strings.ReplaceAll(number, " ", "\u00a0")
	}
	return a.t("say.with_unit", number, unit)
}

// movedWords says how a measure moved, when the 95 % interval of the difference leaves out zero; else "".
func (a *asker) movedWords(d kpi.Definition, x kpi.Answer) string {
	p := x.Previous
	if moved, ok := x.Moved(p); !ok || !moved || x.Status != kpi.OK || p.Status != kpi.OK {
		return ""
	}
	change := *x.Value - *p.Value
	key := "say.up"
	if change < 0 {
		key = "say.down"
	}
	s := a.style(d).change()
	s.signed = false
	size := s.cell(math.Abs(change))
	by := a.withUnit(d, size)
	if a.style(d).percent {
		by = a.t("say.points", size.Text)
	}
	return a.t(key, a.name(d), a.style(d).cell(*p.Value).OnPage(), a.valueWords(d, x), by)
}
