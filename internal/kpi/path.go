package kpi

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
	models "github.com/kamlens/kamlens/sql"
)

// What it still takes (达标路径). A measure whose rows fall due knows most of an open period's denominator before the period is
// over: what is open today and due on Friday will count. So there is a floor (all open ones missed), a ceiling (all kept)
// and a list of the rows that decide it. This is arithmetic and no forecast: rows that nobody knows yet, and those whose
// deadline waits for the customer, are in neither.

// Outlook says what is still possible against a target.
type Outlook string

// The outlooks.
const (
	NoOutlook  Outlook = ""           // there is no target, or nothing falls due
	Reached    Outlook = "reached"    // the target is met although every open row were missed
	Possible   Outlook = "possible"   // it depends on the open rows
	Impossible Outlook = "impossible" // it is missed although every open row were kept
)

// PathQuestion asks what one measure still takes in a period.
type PathQuestion struct {
	KPI    string
	Period Period
	By     []Dim // not [ByMonth]: a path is about one target
	Filter map[Dim][]string
	Limit  int // of the open rows that are listed; 0: 1,000
}

// Path is what one group still takes. Due are the rows that have fallen due, as the measure counts them; locked are these and
// those that are done before they fall due; the total is what is locked and what is open. Of amounts (visits, fen) it is what is
// done and what is still to be done of them.
type Path struct {
	KPI       string            `json:"kpi"`
	Period    string            `json:"period"`
	By        map[string]string `json:"by"`
	DueNum    int64             `json:"due_num"`
	DueDen    int64             `json:"due_den"`
	LockedNum int64             `json:"locked_num"`
	LockedDen int64             `json:"locked_den"`
	Open      int64             `json:"open"`
	Floor     *float64          `json:"floor"`   // every open row missed
	Ceiling   *float64          `json:"ceiling"` // every open row kept
	Target    *float64          `json:"target"`
	Needed    *int64            `json:"needed"` // of the open rows, to meet the target; more than Open when it cannot be met
	Outlook   Outlook           `json:"outlook"`
	Extra     *int64            `json:"extra"`  // where it is impossible: rows nobody knows yet that would have to come and be kept; nil: none could help
	Over      bool              `json:"over"`   // the period is over: nothing is open
	Frozen    bool              `json:"frozen"` // and closed
	Status    Status            `json:"status"`
}

// Paths are the paths of a question and the open rows that decide them, soonest first: the first len(Rows) of Total.
type Paths struct {
	Paths []Path `json:"paths"`
	Rows  []Row  `json:"rows"`
	Total int64  `json:"total"`
}

// Path says what a measure with deadlines still takes, by group, and which open rows decide it. A measure whose rows do not
// fall due is a usage fault. The zero scope gets nothing.
func (d *Door) Path(ctx context.Context, s Scope, q PathQuestion) (Paths, error) {
	all := Paths{Paths: []Path{}, Rows: []Row{}}
	def, err := d.Definition(q.KPI)
	if err != nil {
		return all, err
	}
	if len(def.Deadline) == 0 {
		return all, fault.New(fault.Usage, "kpi.path.no_deadline", def.ID, strings.Join(d.withDeadline(), " "))
	}
	if slices.Contains(q.By, ByMonth) {
		return all, fault.New(fault.Usage, "kpi.path.by", string(ByMonth))
	}
	if s.none() {
		return all, nil
	}
	p, err := d.plan(ctx, s, Question{KPIs: []string{def.ID}, Period: q.Period, By: q.By, Filter: q.Filter})
	if err != nil {
		return all, err
	}
	if err := d.knownMembers(ctx, s, q.Filter); err != nil {
		return all, err
	}
	if all.Paths, err = d.paths(ctx, def, p); err != nil {
		return all, fmt.Errorf("path of %s: %w", def.ID, err)
	}
	if all.Rows, err = d.openRows(ctx, def, s, q); err != nil {
		return all, fmt.Errorf("path of %s: %w", def.ID, err)
	}
	all.Total, err = d.openTotal(ctx, def, s, q)
	return all, err
}

// withDeadline lists the measures whose rows fall due.
func (d *Door) withDeadline() []string {
	var list []string
	for _, def := range d.catalogue {
		if len(def.Deadline) > 0 {
			list = append(list, def.ID)
		}
	}
	return list
}

// paths makes the path of every group that has rows that fell due or are ahead.
func (d *Door) paths(ctx context.Context, def Definition, p plan) ([]Path, error) {
	found, err := d.gather(ctx, p)
	if err != nil {
		return nil, err
	}
	ahead := groups{}
	if err := d.addSums(ctx, ahead, p.defs, slice{scope: p.scope, filter: p.question.Filter, dims: p.dims, windows: p.windows, ahead: true}); err != nil {
		return nil, err
	}
	keys := append(groupsOf(def, p, found.windows), groupsOf(def, p, ahead)...)
	slices.Sort(keys)
	keys = slices.Compact(keys)
	c, list := p.cells[0], []Path{}
	if len(keys) == 0 { // without a breakdown, or of one that has no groups: the status is not lost
		a, of := d.whole(def, p, c, found, map[string]string{}), groupKey{def.ID, c.main}
		return append(list, d.path(def, c.period, a, found.windows[of][""], ahead[of][""])), nil
	}
	for _, key := range keys {
		a := d.answer(def, p, c, found, key, byOf(p.dims, key))
		list = append(list, d.path(def, c.period, a, found.windows[groupKey{def.ID, c.main}][key], ahead[groupKey{def.ID, c.main}][key]))
	}
	slices.SortStableFunc(list, func(a, b Path) int { return compareBy(a.By, b.By, p.question.By) })
	return list, nil
}

// path is the arithmetic of one group: due are the sums of rows that fell due, ahead of those that have not; there counted
// is what is open of them.
func (d *Door) path(def Definition, period Period, a Answer, due, ahead *sums) Path {
	p := Path{KPI: a.KPI, Period: a.Period, By: a.By, Target: a.Target, Status: a.Status, Frozen: a.Frozen, Over: d.stamp.Over(period)}
	if a.Status == NotDefined || a.Status == NoData {
		return p
	}
	if due != nil {
		p.DueNum, p.DueDen = due.num.Int64(), due.den.Int64()
	}
	p.LockedNum, p.LockedDen = p.DueNum, p.DueDen
	if ahead != nil {
		p.LockedNum, p.Open = p.LockedNum+ahead.num.Int64(), ahead.counted
		p.LockedDen += ahead.den.Int64() - p.Open
	}
	total := p.LockedDen + p.Open
	if total == 0 {
		return p
	}
	share := func(num int64) *float64 { return number(quotient(big.NewInt(num*def.Scale), big.NewInt(total))) }
	p.Floor, p.Ceiling = share(p.LockedNum), share(p.LockedNum+p.Open)
	if p.Target == nil {
		return p
	}
	target := written(*p.Target, def.Scale)
	needed := max(0, leastFor(target, total)-p.LockedNum)
	p.Needed, p.Outlook = &needed, Possible
	switch {
	case needed == 0:
		p.Outlook = Reached
	case needed > p.Open:
		p.Outlook = Impossible
		if !p.Over {
			p.Extra = extraFor(target, p.LockedNum+p.Open, total)
		}
	}
	return p
}

// written is a target as a fraction of rows. A target is a decimal number that was written down: 0.92 is 23/25 and not the
// float next to it.
func written(target float64, scale int64) *big.Rat {
	t, ok := new(big.Rat).SetString(strconv.FormatFloat(target, 'f', -1, 64))
	if !ok {
		return new(big.Rat)
	}
	return t.Quo(t, new(big.Rat).SetInt64(scale))
}

// leastFor is the smallest whole num with num/den >= target.
func leastFor(target *big.Rat, den int64) int64 {
	return ceiling(new(big.Rat).Mul(target, new(big.Rat).SetInt64(den)))
}

// extraFor is the smallest whole x with (num+x)/(den+x) >= target, for num/den below it: x >= (target·den - num)/(1 - target).
// There is none where the target is everything.
func extraFor(target *big.Rat, num, den int64) *int64 {
	rest := new(big.Rat).Sub(big.NewRat(1, 1), target)
	if rest.Sign() <= 0 {
		return nil
	}
	short := new(big.Rat).Mul(target, new(big.Rat).SetInt64(den))
	x := ceiling(short.Sub(short, new(big.Rat).SetInt64(num)).Quo(short, rest))
	return &x
}

// ceiling is the smallest whole number that is not below x.
func ceiling(x *big.Rat) int64 {
	least, rest := new(big.Int).DivMod(x.Num(), x.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		least.Add(least, big.NewInt(1))
	}
	return least.Int64()
}

// notDue is the reason of a row that is known and may go either way.
const notDue = "not_due"

// openRows lists the rows that decide a path, soonest first.
func (d *Door) openRows(ctx context.Context, def Definition, s Scope, q PathQuestion) ([]Row, error) {
	b := &binds{}
	data, err := openData(def, s, q, b)
	if err != nil {
		return nil, err
	}
	limit := q.Limit
	if limit <= 0 || limit > maxLimit {
		limit = defaultLimit
	}
	data["Limit"], data["Offset"], data["Due"] = b.bind(limit), b.bind(0), def.Deadline[0]
	return d.explainRows(ctx, def, data, b)
}

// openTotal counts them.
func (d *Door) openTotal(ctx context.Context, def Definition, s Scope, q PathQuestion) (total int64, err error) {
	b := &binds{}
	data, err := openData(def, s, q, b)
	if err != nil {
		return 0, err
	}
	list, _, err := d.reasons(ctx, data, b)
	for _, r := range list {
		if r.Reason == notDue {
			total += r.Rows
		}
	}
	return total, err
}

// openData is the slice of open rows asked for, as the parts of the statements.
func openData(def Definition, s Scope, q PathQuestion, b *binds) (map[string]any, error) {
	data, err := explainData(def, s, ExplainQuestion{KPI: def.ID, Period: q.Period, Filter: q.Filter, Excluded: true}, b)
	if err == nil {
		data["View"], data["Which"] = models.AheadName(def.ID), "excluded_reason = '"+notDue+"'"
	}
	return data, err
}

// Words says what a path comes to: 未到期的 7 笔中须守住 5 笔, 已不可能达标.
func (p Path) Words(l text.Lang, def Definition) string {
	var said string
	switch {
	case p.Floor == nil && p.Status != Immature && p.Status != OK:
		return StatusName(l, p.Status)
	case p.Floor == nil:
		return l.T("kpi.path.nothing")
	case p.Outlook == NoOutlook:
		said = l.T("kpi.path.no_target")
	case p.Over:
		said = l.T("kpi.path.over." + string(p.Outlook))
	case p.Outlook == Possible && def.Kind == kindSums:
		said = l.T("kpi.path.amount.possible", FormatPart(l, def, p.Open), FormatPart(l, def, *p.Needed))
	case p.Outlook == Possible:
		said = l.T("kpi.path.possible", p.Open, *p.Needed)
	case p.Outlook == Reached && p.Open == 0:
		said = l.T("kpi.path.reached_all")
	case p.Extra != nil && def.Kind == kindSums:
		said = l.T("kpi.path.amount.extra", FormatPart(l, def, *p.Extra))
	case p.Extra != nil:
		said = l.T("kpi.path.extra", *p.Extra)
	default:
		said = l.T("kpi.path." + string(p.Outlook))
	}
	if p.Frozen {
		said += l.T("kpi.preliminary.join") + l.T("kpi.closed")
	}
	return said
}

// Range writes from where to where a path can still lead; a single value where nothing is open.
func (p Path) Range(l text.Lang, d Definition) string {
	if p.Open == 0 {
		return FormatAgainst(l, d, p.Floor, p.Target)
	}
	return FormatRange(l, d, p.Floor, p.Ceiling, p.Target)
}

// Due is when an open row of a measure falls due.
func (r Row) Due(def Definition) Detail {
	for _, x := range r.Details {
		if x.Name == def.Deadline[0] {
			return x
		}
	}
	return Detail{Name: def.Deadline[0]}
}
