package reports

import (
	"context"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// leads returns the measures that stand for the four families a report must show.
func (a *asker) leads() []kpi.Definition {
	var list []kpi.Definition
	for _, f := range kpi.Families(a.main) {
		if d, ok := f.Leading(); ok && f.Lead {
			list = append(list, d)
		}
	}
	return list
}

// dimension makes the section that breaks the main measures down by dim: one table to read across, one with everything
// that belongs to each value.
func (a *asker) dimension(id string, dim kpi.Dim) func(context.Context) (Section, error) {
	return func(ctx context.Context) (Section, error) {
		split, err := a.ask(ctx, a.main, []kpi.Dim{dim}, false)
		if err != nil {
			return Section{}, err
		}
		known, err := a.members(ctx, dim)
		if err != nil {
			return Section{}, err
		}
		rows := present(known, dim, split)
		defs := live(a.main, a.company, split)
		a.detail(dim, defs, rows, split)
		s := Section{
			ID: id, Name: a.dim(dim),
			Title:  a.t("by.dimension", strings.ToLower(a.dim(dim)), chart.PeriodName(a.opts.Lang, a.opts.Period.String())),
			Tables: []Table{a.matrix(id, dim, defs, rows, a.company, split)},
			Notes:  a.leftOut(defs, a.t("note.own_period"), a.t("note.no_ranking")),
		}
		if dim == kpi.ByRegion {
			for _, d := range a.leads() {
				s.Figures = append(s.Figures, a.bars(id, dim, d, rows, split[d.ID]))
			}
		}
		return s, nil
	}
}

// leftOut adds to notes how many main measures a table has no column for.
func (a *asker) leftOut(defs []kpi.Definition, notes ...string) []string {
	if n := len(a.main) - len(defs); n > 0 {
		notes = append(notes, a.t("note.left_out", n))
	}
	return notes
}

// present returns the members that have an answer, in the door's order, then those the door does not list; the row
// without a member comes last.
func present(known []kpi.Member, dim kpi.Dim, split values) []kpi.Member {
	have := map[string]bool{}
	var rest []string
	for _, answers := range split {
		for _, x := range answers {
			if id := x.By[string(dim)]; !have[id] {
				have[id] = true
				rest = append(rest, id)
			}
		}
	}
	var list []kpi.Member
	for _, m := range known {
		if m.ID != "" && have[m.ID] {
			list = append(list, m)
			delete(have, m.ID)
		}
	}
	slices.Sort(rest)
	for _, id := range rest {
		if id != "" && have[id] {
			list = append(list, kpi.Member{ID: id})
		}
	}
	if have[""] {
		list = append(list, kpi.Member{})
	}
	return list
}

// at returns the answer of one member; without one it has no rows.
func at(answers []kpi.Answer, dim kpi.Dim, id string) kpi.Answer {
	for _, x := range answers {
		if x.By[string(dim)] == id {
			return x
		}
	}
	return kpi.Answer{Status: kpi.OK}
}

// headTitle names a measure over a column of values, with its unit where the values do not show it.
func (a *asker) headTitle(d kpi.Definition) string {
	title := a.nameWithUnit(d)
	if p := d.Within(a.opts.Period); p != a.opts.Period {
		title = a.t("head.period", title, chart.PeriodName(a.opts.Lang, p.String()))
	}
	return title
}

// nameWithUnit is the name with the unit, where the values do not show it and the name does not say it.
func (a *asker) nameWithUnit(d kpi.Definition) string {
	name, unit := a.name(d), a.unitWord(d)
	if a.style(d).percent || strings.Contains(name, unit) {
		return name
	}
	for _, closing := range []string{"）", ")"} {
		if inner, ok := strings.CutSuffix(name, closing); ok {
			return inner + a.t("head.comma") + unit + closing
		}
	}
	return a.t("head.unit", name, unit)
}

// addMeasures appends the columns of value and n of each measure, which are in the order of families, with breaks between families so that a part
// has at most six measures. A part is called by its families.
func (a *asker) addMeasures(t *Table, defs []kpi.Definition, title func(kpi.Definition) string) {
	const most = 6
	inPart := most
	for _, f := range kpi.Families(defs) {
		for i, d := range f.Defs {
			switch {
			case inPart == most, i == 0 && inPart+len(f.Defs) > most:
				if len(t.Names) > 0 {
					t.Breaks = append(t.Breaks, len(t.Columns))
				}
				t.Names, inPart = append(t.Names, f.Name(a.opts.Lang)), 0
			case i == 0:
				t.Names[len(t.Names)-1] += a.opts.Lang.T("kpi.preliminary.and") + f.Name(a.opts.Lang)
			}
			inPart++
			h := title(d)
			t.Columns = append(t.Columns, Column{Group: h, Title: a.t("col.value"), Min: 8, Max: 10}, Column{Group: h, Title: a.t("col.n"), Min: 6, Max: 9})
		}
	}
}

// matrix has a row for each member and value and n of each main measure.
func (a *asker) matrix(id string, dim kpi.Dim, defs []kpi.Definition, rows []kpi.Member, total, split values) Table {
	t := Table{ID: id, Columns: []Column{{Title: a.dim(dim), Min: 16, Max: 24}}}
	if dim == kpi.ByManager {
		t.Columns = append(t.Columns, Column{Title: a.t("col.manager_id"), Min: 12}, Column{Title: a.dim(kpi.ByTeam), Min: 18, Max: 20})
	}
	lead := len(t.Columns)
	t.Hold = lead
	a.addMeasures(&t, defs, a.headTitle)
	line := func(lead []Cell, of func(d kpi.Definition) kpi.Answer) []Cell {
		for _, d := range defs {
			x := of(d)
			lead = append(lead, a.judgedCell(d, x), mutedCount(x.N))
		}
		return lead
	}
	company := append(words(a.t("company")), make([]Cell, lead-1)...)
	t.Rows = append(t.Rows, Row{Strong: true, Cells: line(company, total.one)})
	for _, m := range rows {
		lead := words(a.label(dim, m))
		if dim == kpi.ByManager {
			lead = append(lead, textCell(m.ID), textCell(m.Team))
		}
		t.Rows = append(t.Rows, Row{Cells: line(lead, func(d kpi.Definition) kpi.Answer { return at(split[d.ID], dim, m.ID) })})
	}
	return t
}

// judgedCell is a value in a narrow column: red with a sign when its target is missed.
func (a *asker) judgedCell(d kpi.Definition, x kpi.Answer) Cell {
	if x.Status == kpi.SmallSample {
		return mutedCell(a.t("status.few"))
	}
	c := a.valueCell(d, x)
	if v, _ := d.Judge(x); v == kpi.Missed {
		c.Tone, c.Text, c.Format = Bad, missedSign+c.Text, marked(c.Format)
		if c.Page != "" {
			c.Page = missedSign + c.Page
		}
	}
	return c
}

// marked puts the sign of a missed target before every section of a number format; negative numbers keep their minus.
func marked(format string) string {
	sign := `"` + missedSign + `"`
	return sign + format + ";" + sign + "-" + format
}

// mutedCount is a sample size beside a value.
func mutedCount(n int64) Cell {
	c := countCell(n)
	c.Tone = Muted
	return c
}

// detail adds a row for each measure and member, with everything that belongs to the value.
func (a *asker) detail(dim kpi.Dim, defs []kpi.Definition, rows []kpi.Member, split values) {
	l := a.opts.Lang
	for _, d := range defs {
		for _, m := range rows {
			x := at(split[d.ID], dim, m.ID)
			s, ok := a.style(d), shown(x.Status, x.Value)
			a.detailRows = append(a.detailRows, Row{Cells: []Cell{
				textCell(a.dim(dim)), textCell(a.label(dim, m)), textCell(m.ID), textCell(d.ID), textCell(a.name(d)),
				textCell(chart.PeriodName(l, d.Within(a.opts.Period).String())), a.unitCell(d),
				a.valueCell(d, x), countCell(x.N), endCell(s, ok, x.Low, x.Target), endCell(s, ok, x.High, x.Target),
				numberCell(s, true, x.Target), metCell(l, d, x), statusCell(l, x),
			}})
		}
	}
}

// details makes the section of all those rows: to filter, not to read.
func (a *asker) details(context.Context) (Section, error) {
	interval := a.t("col.interval")
	t := Table{
		ID: "details", Caption: a.t("details"), Folded: true, Filter: true, Hold: 2,
		Columns: []Column{
			{Title: a.t("col.dimension"), Min: 10}, {Title: a.t("col.member"), Min: 12, Max: 24}, {Title: a.t("col.member_id"), Min: 10},
			{Title: a.t("col.id"), Min: 8}, {Title: a.t("col.kpi"), Min: 16, Max: 26}, {Title: a.t("col.period"), Min: 12},
			{Title: a.t("col.unit"), Min: 6, Max: 14}, {Title: a.t("col.value"), Min: 10, Max: 16}, {Title: a.t("col.n"), Min: 7},
			{Group: interval, Title: a.t("col.low"), Min: 9}, {Group: interval, Title: a.t("col.high"), Min: 9},
			{Title: a.t("col.target"), Min: 9}, {Title: a.t("col.met"), Min: 10}, {Title: a.t("col.status"), Min: 16, Max: 30},
		},
		Rows: a.detailRows,
	}
	return Section{ID: "details", Name: a.t("sheet.details"), Title: a.t("details"), Tables: []Table{t}}, nil
}

// bars draws one measure by member.
func (a *asker) bars(id string, dim kpi.Dim, d kpi.Definition, rows []kpi.Member, answers []kpi.Answer) Figure {
	names := map[string]string{}
	for _, m := range rows {
		names[m.ID] = a.label(dim, m)
	}
	f := a.figure(id+"-"+d.ID, d, chart.Bars(a.opts.Lang, d, answers, func(id string) string { return names[id] }))
	f.Bars, f.Title = true, a.t("figure.by", f.Title, a.dim(dim))
	for _, m := range rows {
		x := at(answers, dim, m.ID)
		f.add(a.style(d), names[m.ID], x)
	}
	return f
}

func (a *asker) figure(id string, d kpi.Definition, c chart.Chart) Figure {
	title := a.headTitle(d)
	return Figure{ID: id, Title: title, Chart: c, Series: a.name(d), Format: a.style(d).format()}
}

// add puts one answer on a figure; what may not be read is a gap.
func (f *Figure) add(s style, label string, x kpi.Answer) {
	var v *float64
	if shown(x.Status, x.Value) {
		n := s.cell(*x.Value).Number
		v = &n
	}
	f.Labels, f.Values = append(f.Labels, label), append(f.Values, v)
	var target *float64
	if x.Target != nil {
		n := s.cell(*x.Target).Number
		target = &n
	}
	f.Targets = append(f.Targets, target)
}

// trend has the main measures month by month, and of the lead ones a picture.
func (a *asker) trend(ctx context.Context) (Section, error) {
	got, err := a.trends(ctx, a.main, trendMonths)
	if err != nil {
		return Section{}, err
	}
	s := Section{ID: "trend", Name: a.t("sheet.trend"), Title: a.t("by.trend", trendMonths)}
	defs := live(a.main, got)
	s.Tables, s.Notes = []Table{a.trendTable(defs, got)}, a.leftOut(defs)
	if said := kpi.PresumedWords(a.opts.Lang, a.feeds, trailing(a.opts.Period, trendMonths)); said != "" {
		s.Notes = append(s.Notes, said)
	}
	for _, d := range a.leads() {
		f := a.figure("trend-"+d.ID, d, chart.Trend(a.opts.Lang, d, got[d.ID]))
		f.Title = a.t("figure.trend", a.name(d))
		for _, x := range got[d.ID] {
			f.add(a.style(d), a.tick(x.Period, len(got[d.ID])), x)
		}
		s.Figures = append(s.Figures, f)
	}
	curves, err := a.curves(ctx)
	s.Figures = append(s.Figures, curves...)
	return s, err
}

// curves are the survival curves at the end of the period.
func (a *asker) curves(ctx context.Context) (list []Figure, err error) {
	defs := slices.DeleteFunc(slices.Clone(a.all), func(d kpi.Definition) bool { return d.Kind != "curve" })
	if len(defs) == 0 {
		return nil, nil
	}
	got, err := a.ask(ctx, defs, nil, false)
	if err != nil {
		return nil, err
	}
	for _, d := range defs {
		months := kpi.CurveByMonth(d, got.one(d))
		if len(months) < 2 {
			continue
		}
		f := a.figure("curve-"+d.ID, d, chart.Curve(a.opts.Lang, d, months))
		f.Title = a.t("figure.curve", a.name(d))
		for m, x := range months {
			f.add(a.style(d), chart.MonthsName(a.opts.Lang, m), x)
		}
		list = append(list, f)
	}
	return list, nil
}

// tick writes a period under an axis of so many: many months as 24-11, few in words.
func (a *asker) tick(id string, of int) string {
	const roomy = 8
	if p, err := calendar.ParsePeriod(id); err == nil && p.Kind == calendar.Month && of > roomy {
		return p.Start.Format("06-01")
	}
	return chart.PeriodName(a.opts.Lang, id)
}

// trendTable has a row for each month; a measure of longer periods has its values in the last month of each.
func (a *asker) trendTable(defs []kpi.Definition, got values) Table {
	t := Table{ID: "trend", Hold: 1, Columns: []Column{{Title: a.t("col.period"), Min: 12}}}
	a.addMeasures(&t, defs, func(d kpi.Definition) string {
		if monthly(d) {
			return a.nameWithUnit(d)
		}
		return a.t("head.period_end", a.nameWithUnit(d))
	})
	byMonth := map[string]map[string]kpi.Answer{}
	for id, answers := range got {
		byMonth[id] = map[string]kpi.Answer{}
		for _, x := range answers {
			if p, err := calendar.ParsePeriod(x.Period); err == nil {
				byMonth[id][calendar.MonthOf(p.End.AddDate(0, -1, 0)).String()] = x
			}
		}
	}
	span := trailing(a.opts.Period, trendMonths)
	for m := calendar.MonthOf(span.Start); m.Start.Before(span.End); m = m.Shift(1) {
		row := Row{Cells: words(chart.PeriodName(a.opts.Lang, m.String()))}
		for _, d := range defs {
			x, ok := byMonth[d.ID][m.String()]
			if !ok {
				row.Cells = append(row.Cells, Cell{}, Cell{})
				continue
			}
			row.Cells = append(row.Cells, a.judgedCell(d, x), mutedCount(x.N))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// inLang returns the text of the reader's language.
func (a *asker) inLang(zh, en string) string {
	if a.opts.Lang == text.EN {
		return en
	}
	return zh
}
