package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// kpiFlags are the flags of kpi.
type kpiFlags struct {
	asking
	kpis     []string
	by       []string
	managers []string
	adjusted bool
}

func newKPICommand(a *app) *cobra.Command {
	f := kpiFlags{}
	c := &cobra.Command{
		Use:   "kpi",
		Short: "指标 · print KPIs of a period: value, interval, n, target, comparison, status",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.kpi(cmd.Context(), f) },
	}
	flags := c.Flags()
	flags.StringSliceVar(&f.kpis, "kpi", nil, "指标编号，缺省为全部 · KPI ids with commas between, by default every main measure")
	flags.StringSliceVar(&f.by, "by", nil, "分组 · break down by manager, team, region, tier, kind, severity, category, customer, month")
	flags.StringSliceVar(&f.managers, "manager", nil, "只看这些客户经理 · only these managers' rows")
	flags.BoolVar(&f.adjusted, "adjusted", false, "并列封账数与按成立的异议调整后的数 · the closed numbers, and with the lines of disputes upheld after the close")
	f.add(flags, anyPeriods)
	return c
}

// kpi prints the answers of one question.
func (a *app) kpi(ctx context.Context, f kpiFlags) error {
	return a.withQuestion(ctx, f.asking, func(x question) error {
		q := kpi.Question{KPIs: f.kpis, Period: x.period, By: dimsOf(f.by), Compare: true, Filter: managerFilter(f.managers)}
		if f.adjusted {
			return a.adjusted(ctx, x.door, q, f.format)
		}
		answers, err := x.door.Query(ctx, kpi.Everything(), q)
		if err != nil {
			return asUsage(err)
		}
		names, err := namesOf(ctx, x.door, q.By)
		if err != nil {
			return err
		}
		a.sayPreliminary(x.door, x.period, answers)
		if err := a.sayPresumed(ctx, x.door, x.period); err != nil {
			return err
		}
		if f.format == "json" {
			return a.writeJSON(namedAnswers(a.lang(), x.door, q.By, names, answers))
		}
		if f.format == "csv" {
			return x.write(a.stdout, answersCSV(a.lang(), x.door, q.By, names, answers))
		}
		return x.write(a.stdout, answersTable(a.lang(), x.door, q.By, names, answers))
	})
}

// sayPreliminary says on standard error that a period is not over.
func (a *app) sayPreliminary(door *kpi.Door, p kpi.Period, answers []kpi.Answer) {
	if said, _ := kpi.Preliminary(a.lang(), door.Stamp(), p, p.String(), door.Catalogue(), answers); said != "" {
		fmt.Fprintln(a.stderr, said)
	}
}

// sayPresumed says on standard error which owners or tiers of a period are presumed.
func (a *app) sayPresumed(ctx context.Context, door *kpi.Door, p kpi.Period) error {
	feeds, err := door.Feeds(ctx, kpi.Everything())
	if err != nil {
		return err
	}
	if said := kpi.PresumedWords(a.lang(), feeds, p); said != "" {
		fmt.Fprintln(a.stderr, said)
	}
	return nil
}

// askedPeriod reads --period, which every question needs.
func askedPeriod(s string) (kpi.Period, error) {
	if s == "" {
		return kpi.Period{}, fault.New(fault.Usage, "kpi.cli.period")
	}
	return calendar.ParsePeriod(s)
}

// asUsage makes a KPI or a plain table that does not exist a wrong command line.
func asUsage(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	switch {
	case !ok || f.Kind != fault.NotFound:
		return err
	case f.Key == "kpi.unknown":
		if key := "kpi.elsewhere." + strings.ToLower(fmt.Sprint(f.Args[0])); text.Has(key) { // the rulebook has it, another command tells it
			return fault.New(fault.Usage, key)
		}
		return fault.New(fault.Usage, "kpi.cli.unknown", f.Args...)
	case f.Key == "kpi.table.unknown":
		return fault.New(fault.Usage, f.Key, f.Args...)
	}
	return err
}

func managerFilter(managers []string) map[kpi.Dim][]string {
	if len(managers) == 0 {
		return nil
	}
	return map[kpi.Dim][]string{kpi.ByManager: managers}
}

func dimsOf(names []string) []kpi.Dim {
	var dims []kpi.Dim
	for _, n := range names {
		if d := kpi.Dim(strings.ToLower(strings.TrimSpace(n))); d != "" && !slices.Contains(dims, d) {
			dims = append(dims, d)
		}
	}
	return dims
}

// namesOf fetches the display names of the values of dims.
func namesOf(ctx context.Context, door *kpi.Door, dims []kpi.Dim) (map[kpi.Dim]map[string]string, error) {
	names := map[kpi.Dim]map[string]string{}
	for _, dim := range dims {
		if dim == kpi.ByMonth {
			continue
		}
		members, err := door.Members(ctx, kpi.Everything(), dim)
		if err != nil {
			return nil, err
		}
		names[dim] = map[string]string{}
		for _, m := range members {
			names[dim][m.ID] = m.Name
		}
	}
	return names, nil
}

// writeJSON prints v as indented JSON, Chinese as it is.
func (a *app) writeJSON(v any) error {
	e := json.NewEncoder(a.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// namedAnswer is an answer with the words for it, for programs that show it to people.
type namedAnswer struct {
	kpi.Answer
	Unit    string            `json:"unit"`     // of value, low, high, p50, p90 and target: see [kpi.Definition]
	Name    string            `json:"name"`     // of the measure, in the configured language
	ByNames map[string]string `json:"by_names"` // of the values in by; 未分配 for the empty one

	Verdict   string `json:"verdict"`    // met, missed or undecided; "" where nothing is judged: see [kpi.Definition.Judge]
	VerdictBy string `json:"verdict_by"` // interval, or value where there is no interval; "" without a verdict
}

func namedAnswers(l text.Lang, door *kpi.Door, dims []kpi.Dim, names map[kpi.Dim]map[string]string, answers []kpi.Answer) []namedAnswer {
	list := make([]namedAnswer, len(answers))
	for i, a := range answers {
		list[i] = namedAnswer{Answer: a, ByNames: map[string]string{}}
		if d, err := door.Definition(a.KPI); err == nil { // an answer always has its definition
			list[i].Unit, list[i].Name = d.Unit, d.Name(l)
			list[i].Verdict, list[i].VerdictBy = judged(d, a)
		}
		for _, dim := range dims {
			if _, ok := a.By[string(dim)]; ok {
				list[i].ByNames[string(dim)] = byLabel(l, dim, names, a.By)
			}
		}
	}
	return list
}

// answersTable lays answers out for people: rounded, with units and words.
func answersTable(l text.Lang, door *kpi.Door, dims []kpi.Dim, names map[kpi.Dim]map[string]string, answers []kpi.Answer) sheet {
	t := sheet{head: []string{l.T("kpi.cli.id"), l.T("kpi.cli.name"), l.T("kpi.cli.period_head")}}
	for _, d := range dims {
		if d != kpi.ByMonth {
			t.head = append(t.head, l.T("kpi.dim."+string(d)))
		}
	}
	t.text = len(t.head)
	for _, key := range []string{"value", "interval", "n", "p90", "target", "verdict", "previous", "year_ago", "status"} {
		t.head = append(t.head, l.T("kpi.cli."+key))
	}
	for _, a := range answers {
		d, err := door.Definition(a.KPI)
		if err != nil {
			continue // an answer always has its definition
		}
		row := []string{a.KPI, d.Name(l), a.Period}
		for _, dim := range dims {
			if dim != kpi.ByMonth {
				row = append(row, withID(dim, a.By, byLabel(l, dim, names, a.By)))
			}
		}
		t.rows = append(t.rows, append(row, kpi.FormatAgainst(l, d, a.Value, a.Target), kpi.FormatInterval(l, d, a.Value, a.Low, a.High, a.Target),
			kpi.FormatCount(a.N), kpi.Format(l, d, a.P90), kpi.Format(l, d, a.Target), verdictWords(l, d, a), compared(l, d, a.Value, a.Previous),
			compared(l, d, a.Value, a.YearAgo), statusText(l, a)))
	}
	return t
}

// judged is the verdict on an answer for programs, and what it stands on.
func judged(d kpi.Definition, a kpi.Answer) (verdict, by string) {
	v, plain := d.Judge(a)
	switch {
	case v == kpi.NotJudged:
		return "", ""
	case plain:
		return string(v), "value"
	}
	return string(v), "interval"
}

// verdictWords is the verdict on an answer for people.
func verdictWords(l text.Lang, d kpi.Definition, a kpi.Answer) string {
	v, plain := d.Judge(a)
	if v == kpi.NotJudged {
		return kpi.None
	}
	return kpi.VerdictName(l, v, plain)
}

// byLabel is the shown value of a dimension; an answer without it is only a status.
func byLabel(l text.Lang, dim kpi.Dim, names map[kpi.Dim]map[string]string, by map[string]string) string {
	id, ok := by[string(dim)]
	if !ok {
		return kpi.None
	}
	return kpi.Label(l, dim, id, names[dim][id])
}

// withID adds the id of a person or customer to the name: names are not unique.
func withID(dim kpi.Dim, by map[string]string, label string) string {
	id := by[string(dim)]
	if id == "" || id == label || dim != kpi.ByManager && dim != kpi.ByCustomer {
		return label
	}
	return id + " " + label
}

func compared(l text.Lang, d kpi.Definition, now *float64, c *kpi.Comparison) string {
	if c == nil {
		return kpi.None
	}
	return kpi.FormatDelta(l, d, now, c.Value)
}

func statusText(l text.Lang, a kpi.Answer) string {
	s := a.StatusWords(l)
	if a.Status == kpi.Immature && a.MaturesOn != "" {
		s += " (" + a.MaturesOn + ")"
	}
	if closing := kpi.Closing(l, a); closing != "" {
		s += " · " + closing
	}
	if day := a.Presumed(); day != "" {
		s += l.T("kpi.preliminary.join") + l.T("kpi.presumed.until", day)
	}
	return s
}

// answersCSV lays answers out for programs and spreadsheets: unrounded, in the units of the contract.
func answersCSV(l text.Lang, door *kpi.Door, dims []kpi.Dim, names map[kpi.Dim]map[string]string, answers []kpi.Answer) sheet {
	t := sheet{head: []string{"kpi", "name", "period"}}
	for _, d := range dims {
		t.head = append(t.head, string(d))
		if d != kpi.ByMonth {
			t.head = append(t.head, string(d)+"_name")
		}
	}
	t.text = len(t.head)
	t.head = append(t.head, "num", "den", "value", "low", "high", "n", "p50", "p90", "target", "previous", "year_ago", "status", "notes", "unit", "verdict", "verdict_by")
	for _, a := range answers {
		d, err := door.Definition(a.KPI)
		if err != nil {
			continue // an answer always has its definition
		}
		row := []string{a.KPI, d.Name(l), a.Period}
		for _, dim := range dims {
			row = append(row, a.By[string(dim)])
			if dim != kpi.ByMonth {
				row = append(row, byLabel(l, dim, names, a.By))
			}
		}
		verdict, by := judged(d, a)
		t.rows = append(t.rows, append(row, whole(a.Num), whole(a.Den), plain(a.Value), plain(a.Low), plain(a.High),
			strconv.FormatInt(a.N, 10), plain(a.P50), plain(a.P90), plain(a.Target), comparedValue(a.Previous), comparedValue(a.YearAgo),
			string(a.Status), strings.Join(a.Notes, " "), d.Unit, verdict, by))
	}
	return t
}

func comparedValue(c *kpi.Comparison) string {
	if c == nil {
		return ""
	}
	return plain(c.Value)
}

func whole(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func plain(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}
