package kpi

import (
	"context"
	"fmt"
	"io/fs"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	models "github.com/kamlens/kamlens/sql"
)

// The kinds of measure (R17) and how they combine over time.
const (
	kindRatio    = "ratio"    // rows of 0/1 over 1
	kindSums     = "sums"     // ratio of sums: money, capped duties
	kindMean     = "mean"     // mean of num/den, equal den; over_time own: weighted by den
	kindDuration = "duration" // median of value
	kindExposure = "exposure" // events over exposure
	kindCohort   = "cohort"   // 0/1 weighted by owner-days
	kindStock    = "stock"    // sum of num over the things that are there at the end of a period
	kindSum      = "sum"      // sum of num
	kindCurve    = "curve"    // survival: rows observed from a day to a day, num when lost at its end
	kindCount    = "count"    // events; none is 0
	kindStrata   = "stratified"
	kindAgree    = "agreement" // of two verdicts on one thing
	overSum      = "sum"       // months add up
	overOwn      = "own"       // every period kind has rows of its own
	overLast     = "last"      // rows are of the last day of a month; a period has those of its last day
)

// sums is what the rows of one group add up to.
type sums struct {
	counted, excluded, unset int64
	num, den, numSq          *big.Int
	byDays                   map[int]*big.Int // den by days in the month, of exposure
	clusters                 clusters
	order                    map[int64]int64 // rank -> value, of durations
	curve                    curve
	strata                   []stratum // of estimates and agreement
}

// groupKey names a group: the measure, the window and the values of the asked dimensions.
type groupKey struct {
	kpi    string
	window int
}

// groups holds the sums of every group; the inner key is the dimension values joined by [unit].
type groups map[groupKey]map[string]*sums

// unit separates dimension values in a key; it cannot be typed into a feed.
const unit = "\x1f"

func (g groups) at(k groupKey, values []string) *sums {
	if g[k] == nil {
		g[k] = map[string]*sums{}
	}
	key := strings.Join(values, unit)
	s := g[k][key]
	if s == nil {
		s = &sums{num: new(big.Int), den: new(big.Int), numSq: new(big.Int), byDays: map[int]*big.Int{}}
		g[k][key] = s
	}
	return s
}

// slice is what to aggregate: windows of time, dimensions, and the rows the reader may and wants to see.
type slice struct {
	scope   Scope
	filter  map[Dim][]string
	dims    []Dim // without month: a month is a window
	windows []Period
	ahead   bool // the rows that have not fallen due, instead of those of the measure
}

// uses reports whether any of the dimensions is asked for or filtered on.
func (s slice) uses(dims ...Dim) bool {
	return slices.ContainsFunc(dims, func(dim Dim) bool {
		_, filtered := s.filter[dim]
		return filtered || slices.Contains(s.dims, dim)
	})
}

// cube names the cube that can answer: that of who answers for a row, that of what it is about, or "" when the question
// crosses the two, or asks for customers or for days.
func (s slice) cube() string {
	if s.byDay() || s.ahead {
		return ""
	}
	owners := s.byOwner()
	switch traits := s.uses(ByKind, BySeverity, ByCategory); {
	case s.uses(ByCustomer), owners && traits:
		return ""
	case traits:
		return "cube_traits"
	default:
		return "cube"
	}
}

// byOwner reports whether the question is about who answers for rows.
func (s slice) byOwner() bool {
	return s.uses(ByManager, ByTeam) || len(s.scope.Managers)+len(s.scope.Teams) > 0 && !s.scope.All
}

func (s slice) columns() []string {
	list := make([]string, len(s.dims))
	for i, dim := range s.dims {
		list[i], _ = columnOf(dim)
	}
	return list
}

// span is the range of days that all windows lie in.
func (s slice) span() (from, to time.Time) {
	from, to = s.windows[0].Start, s.windows[0].End
	for _, w := range s.windows[1:] {
		if w.Start.Before(from) {
			from = w.Start
		}
		if w.End.After(to) {
			to = w.End
		}
	}
	return from, to
}

// months writes the windows as one tuple a month, made by tuple.
func (s slice) months(tuple func(w int, p, month Period) string) string {
	var list []string
	for w, p := range s.windows {
		for month := calendar.MonthOf(p.Start); month.Start.Before(p.End); month = month.Shift(1) {
			list = append(list, tuple(w, p, month))
		}
	}
	return strings.Join(list, ", ")
}

// each writes the windows as one tuple each.
func (s slice) each(tuple func(w int, p Period) string) string {
	list := make([]string, len(s.windows))
	for w, p := range s.windows {
		list[w] = tuple(w, p)
	}
	return strings.Join(list, ", ")
}

// numbered is "1, 2, … n" for GROUP BY.
func numbered(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = strconv.Itoa(i + 1)
	}
	return strings.Join(list, ", ")
}

// render fills in the statement called name of sql/query.
func render(name string, data any) (string, error) {
	text, err := fs.ReadFile(models.Embedded, "query/"+name+".sql")
	if err != nil {
		return "", err
	}
	t, err := template.New(name).Parse(string(text))
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.Execute(&out, data)
	return out.String(), err
}

// addSums aggregates measures whose months add up, all in one scan: of a cube, or of their views where no cube can tell.
func (d *Door) addSums(ctx context.Context, into groups, defs []Definition, s slice) error {
	return d.addSumsFrom(ctx, into, defs, s, s.cube())
}

// addSumsFrom aggregates them from a table of the shape of the cubes; "": from their views.
func (d *Door) addSumsFrom(ctx context.Context, into groups, defs []Definition, s slice, source string) error {
	b := &binds{}
	from, to := s.span()
	where := "true"
	if source == "" {
		source = s.viewSource(defs, b)
	} else {
		whole := Period{Start: from, End: to}
		where = "s.ym between " + b.bind(whole.FirstMonth()) + " and " + b.bind(whole.LastMonth()) +
			" and s.ym in (" + s.months(func(_ int, _, m Period) string { return strconv.Itoa(m.FirstMonth()) }) + ") and s.kpi in (" + b.list(ids(defs)) + ")"
	}
	condition, err := filtered(s.filter, "s.ym", b)
	if err != nil {
		return err
	}
	exposure := "false"
	for _, def := range defs {
		if def.Kind == kindExposure && def.Exposure == "days" {
			exposure += " or s.kpi = " + b.bind(def.ID)
		}
	}
	windows := s.months(func(w int, _, m Period) string { return fmt.Sprintf("(%d, %d, %d)", w, m.FirstMonth(), m.Days()) })
	if s.byDay() {
		windows = s.each(func(w int, _ Period) string { return fmt.Sprintf("(%d, %d, 0)", w, w) })
	}
	query, err := render("sums", map[string]any{
		"Windows": windows,
		"Source":  source, "Dims": s.columns(), "Exposure": exposure,
		"Where": where + " and " + visible(s.scope, b) + condition, "Groups": numbered(3 + len(s.dims)),
	})
	if err != nil {
		return err
	}
	_, err = collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (struct{}, error) {
		return struct{}{}, scanSums(scan, into, len(s.dims))
	})
	return err
}

func scanSums(scan func(...any) error, into groups, dims int) error {
	var key groupKey
	var days int
	var counted, excluded, unset int64
	var num, den, numSq string
	values := make([]string, dims)
	dest := append([]any{&key.kpi, &key.window, &days}, pointers(values)...)
	if err := scan(append(dest, &counted, &excluded, &unset, &num, &den, &numSq)...); err != nil {
		return err
	}
	t := into.at(key, values)
	t.counted += counted
	t.excluded += excluded
	t.unset += unset
	n, dn, sq, err := threeInts(num, den, numSq)
	if err != nil {
		return err
	}
	t.num.Add(t.num, n)
	t.den.Add(t.den, dn)
	t.numSq.Add(t.numSq, sq)
	if days > 0 {
		if t.byDays[days] == nil {
			t.byDays[days] = new(big.Int)
		}
		t.byDays[days].Add(t.byDays[days], dn)
	}
	return nil
}

// rowSource is where the rows of measures are read from, in the shape of the cubes.
type rowSource struct {
	view               func(id string) string
	rows, reason, only string
}

// measured are the rows of measures; ahead those that have not fallen due, of which none is kept out and "rows" is what is
// still open of one.
func measured() rowSource { return rowSource{models.ViewName, "1", "excluded_reason", ""} }

func ahead() rowSource {
	return rowSource{models.AheadName, "case when excluded_reason = 'not_due' then den - num else 0 end", "cast(null as varchar)",
		" and excluded_reason is distinct from 'waived'"}
}

// viewSource is the union of measure views in the shape of the cubes, with the customer. Of runs of days ym is the
// number of the window.
func (s slice) viewSource(defs []Definition, b *binds) string {
	from, to := s.span()
	source := measured()
	if s.ahead {
		source = ahead()
	}
	if s.byDay() {
		var parts []string
		for w, p := range s.windows {
			parts = append(parts, source.of(defs, p.Start, p.End, strconv.Itoa(w), b))
		}
		return "(" + strings.Join(parts, " union all ") + ")"
	}
	return source.of(defs, from, to, "year(anchor_on) * 100 + month(anchor_on)", b)
}

// of is the union of the rows of measures that lie in a run of days; ym is what to call their month.
func (r rowSource) of(defs []Definition, from, to time.Time, ym string, b *binds) string {
	parts := make([]string, len(defs))
	for i, def := range defs {
		parts[i] = "select " + b.bind(def.ID) + " as kpi, " + ym + ` as ym, customer_id,
			manager_id, team, region, tier, kind, severity, category, ` + r.reason + ` as excluded_reason, ` + r.rows + ` as "rows", num, den,
			cast(num as decimal(38, 0)) * num as num_sq
			from ` + r.view(def.ID) + " where anchor_on >= " + b.bind(from) + " and anchor_on < " + b.bind(to) + r.only
	}
	return "(" + strings.Join(parts, " union all ") + ")"
}

// viewData fills the statements that read one measure view.
func viewData(def Definition, s slice, b *binds) (map[string]any, error) {
	condition, err := filtered(s.filter, "(year(m.anchor_on) * 100 + month(m.anchor_on))", b)
	if err != nil {
		return nil, err
	}
	from, to := s.span()
	where := "m.anchor_on >= " + b.bind(from) + " and m.anchor_on < " + b.bind(to) + " and " + visible(s.scope, b) + condition
	data := map[string]any{"View": models.ViewName(def.ID), "Dims": s.columns(), "Groups": numbered(1 + len(s.dims)),
		"SubjectGroups": numbered(2 + len(s.dims))}
	days := func(w int, p Period, ym int) string {
		return fmt.Sprintf("(%d, date '%s', date '%s', %d)", w, p.Start.Format(time.DateOnly), p.End.Format(time.DateOnly), ym)
	}
	whole := s.each(func(w int, p Period) string { return days(w, p, 0) })
	switch {
	case def.OverTime == overOwn:
		where += " and m.period_kind = " + b.bind(string(s.windows[0].Kind))
		data["Windows"], data["On"] = whole, "windows.starts = m.anchor_on"
	case def.OverTime == overLast:
		data["Windows"], data["On"] = whole, "windows.ends = m.anchor_on + 1"
	case s.byDay(): // they may overlap
		data["Windows"], data["On"] = whole, "m.anchor_on >= windows.starts and m.anchor_on < windows.ends"
	case len(s.windows) == 1:
		data["Windows"], data["On"] = whole, "true"
	default:
		data["Windows"] = s.months(func(w int, p, m Period) string { return days(w, p, m.FirstMonth()) })
		data["On"] = "windows.ym = year(m.anchor_on) * 100 + month(m.anchor_on)"
	}
	data["Where"] = where
	return data, nil
}

// addClusters aggregates one measure over its independent subjects.
func (d *Door) addClusters(ctx context.Context, into groups, def Definition, s slice) error {
	b := &binds{}
	data, err := viewData(def, s, b)
	if err != nil {
		return err
	}
	data["Cluster"] = "coalesce(m.customer_id, m.subject_id)"
	switch {
	case def.Cluster != "":
		data["Cluster"] = "m." + def.Cluster
	case def.Kind != kindSums:
		data["Cluster"] = "m.subject_id"
	}
	query, err := render("clusters", data)
	if err != nil {
		return err
	}
	_, err = collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (struct{}, error) {
		key, values := groupKey{kpi: def.ID}, make([]string, len(s.dims))
		var counted, excluded, unset int64
		var c clusters
		var num, den, nn, nd, dd string
		dest := append([]any{&key.window}, pointers(values)...)
		if err := scan(append(dest, &counted, &excluded, &unset, &c.n, &c.over, &num, &den, &nn, &nd, &dd)...); err != nil {
			return struct{}{}, err
		}
		t := into.at(key, values)
		t.counted, t.excluded, t.unset = counted, excluded, unset
		var err error
		if c.num, c.den, c.numNum, err = threeInts(num, den, nn); err != nil {
			return struct{}{}, err
		}
		c.numDen, c.denDen, _, err = threeInts(nd, dd, "0")
		t.num, t.den, t.clusters = c.num, c.den, c
		return struct{}{}, err
	})
	return err
}

func pointers(values []string) []any {
	list := make([]any, len(values))
	for i := range values {
		list[i] = &values[i]
	}
	return list
}

func threeInts(a, b, c string) (x, y, z *big.Int, err error) {
	var list [3]*big.Int
	for i, text := range []string{a, b, c} {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok {
			return nil, nil, nil, fmt.Errorf("not a whole number: %q", text)
		}
		list[i] = n
	}
	return list[0], list[1], list[2], nil
}

func ids(defs []Definition) []string {
	list := make([]string, len(defs))
	for i, def := range defs {
		list[i] = def.ID
	}
	return list
}
