package kpi

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
)

// What is due (到期): everything that somebody still owes, of all measures whose rows fall due, by when it lapses. It is
// made of the rows of the measures, so what is listed here today is what they count when the day has come.

// DueQuestion asks what is still to be done.
type DueQuestion struct {
	KPIs    []string         // a block's id means all of its measures; empty: all
	Filter  map[Dim][]string // manager: who has to do it, stands in, or is accountable; not month
	Within  int              // only what falls due on so many days from that of the snapshot on, or fell due on so many before it; 0: whenever
	Overdue bool             // what is overdue instead of what has not fallen due
	Waived  bool             // what was waived instead
	Limit   int              // 0: 1,000
	Offset  int
}

// The states of an obligation that is not done.
const (
	StateOpen    = "open"
	StateOverdue = "overdue"
	StateWaived  = "waived"
)

// Obligation is one thing that somebody owes. Whoever is accountable is whose measure it counts in; the doer is who has
// to do it, another person where the customer has a new owner since it fell due.
type Obligation struct {
	Limit

	SubjectID        string  `json:"subject_id"`
	SubjectKind      string  `json:"subject_kind"`
	CustomerID       string  `json:"customer_id"`
	CustomerName     string  `json:"customer_name"`
	ManagerID        string  `json:"manager_id"` // accountable
	ManagerName      string  `json:"manager_name"`
	UnassignedReason string  `json:"unassigned_reason,omitempty"`
	DoerID           string  `json:"doer_id"`
	DoerName         string  `json:"doer_name"`
	OnLeave          bool    `json:"on_leave"`  // the doer, on the day: the due day, of what is overdue that of the snapshot
	DeputyID         string  `json:"deputy_id"` // who stands in then
	DeputyName       string  `json:"deputy_name"`
	Team             string  `json:"team"`
	Region           string  `json:"region"`
	Tier             *int64  `json:"tier"`
	Kind             string  `json:"kind"`
	Severity         string  `json:"severity"`
	Num              int64   `json:"num"` // done of Den, in the parts of the measure
	Den              int64   `json:"den"`
	WaivedBy         string  `json:"waived_by,omitempty"`
	WaivedReason     string  `json:"waived_reason,omitempty"`
	WaivedUntil      string  `json:"waived_until,omitempty"` // the last day, 2026-10-09
	Also             []Limit `json:"also,omitempty"`         // further limits of the same thing, the stricter first
}

// Limit is one limit of a thing that is owed. Days are those from the day of the snapshot, below zero when it is over.
type Limit struct {
	KPI   string `json:"kpi"`
	Due   string `json:"due"` // 2026-10-09 08:30:00, or the day until whose end it is owed
	Days  int64  `json:"days"`
	State string `json:"state"`
}

// DueCount is how many things are to be done by when. Those within 14 days hold those within 7, and these today's.
type DueCount struct {
	Member  string `json:"member"` // a measure, or who has to do it; "" is nobody
	Overdue int64  `json:"overdue"`
	Today   int64  `json:"today"`
	In7     int64  `json:"within_7"`
	In14    int64  `json:"within_14"`
	Open    int64  `json:"open"` // whenever they fall due
	Waived  int64  `json:"waived"`
}

// DueDay is how many things fall due on a day. A calendar that does not reach the day leaves open whether one works then.
type DueDay struct {
	DueCount

	Workday *bool `json:"workday"`
}

// DueList is what is still to be done: the first len(Rows) of Total from Offset on, soonest first, and the counts of all
// that the filter lets through, whenever it falls due.
type DueList struct {
	AsOf    string       `json:"as_of"` // 2026-11-10 00:00:00
	Rows    []Obligation `json:"rows"`
	Total   int64        `json:"total"`
	Limit   int          `json:"limit"`
	Offset  int          `json:"offset"`
	Duties  []DueCount   `json:"duties"`  // by measure, in catalogue order; a thing with two limits counts in both
	Doers   []DueCount   `json:"doers"`   // by who has to do it; a thing with two limits counts once, under the stricter
	Days    []DueDay     `json:"days"`    // by the day on which they fall due, that of the snapshot and the 13 after it
	Overdue int64        `json:"overdue"` // things
}

// Due lists what is still to be done. A manager sees what he has to do, stands in for or is accountable for. The zero scope
// sees nothing.
func (d *Door) Due(ctx context.Context, s Scope, q DueQuestion) (DueList, error) {
	list := DueList{AsOf: d.stamp.AsOf.Format(time.DateTime), Rows: []Obligation{}, Duties: []DueCount{}, Doers: []DueCount{}, Days: []DueDay{}, Limit: q.Limit, Offset: max(0, q.Offset)}
	if list.Limit <= 0 || list.Limit > maxLimit {
		list.Limit = defaultLimit
	}
	if q.Within < 0 {
		return list, fault.New(fault.Usage, "kpi.due.within", q.Within)
	}
	if s.none() {
		return list, nil
	}
	err := d.mayOwe(ctx, s, q.Filter)
	if err == nil {
		err = d.knownDuties(q.KPIs)
	}
	if err != nil {
		return list, err
	}
	var days []DueCount
	for _, count := range []struct {
		by, which string
		into      *[]DueCount
	}{{"kpi", "true", &list.Duties}, {"doer_id", "place = 1", &list.Doers}, {"cast(due_on as varchar)", "place = 1 and state = 'open'", &days}} {
		if *count.into, err = d.dueCounts(ctx, s, q, count.by, count.which); err != nil {
			return list, fmt.Errorf("due by %s: %w", count.by, err)
		}
	}
	slices.SortStableFunc(list.Duties, func(a, b DueCount) int {
		return cmp.Compare(d.position[strings.ToLower(a.Member)], d.position[strings.ToLower(b.Member)])
	})
	if list.Days, err = d.fortnight(ctx, days); err != nil {
		return list, fmt.Errorf("due: %w", err)
	}
	for _, c := range list.Doers {
		list.Overdue += c.Overdue
	}
	if err := d.dueRows(ctx, s, q, &list); err != nil {
		return list, fmt.Errorf("due: %w", err)
	}
	return list, nil
}

// DueTotal counts all that is still to be done, a thing with two limits once.
func (d *Door) DueTotal(ctx context.Context, s Scope, filter map[Dim][]string) (total DueCount, err error) {
	if s.none() {
		return total, nil
	}
	if err := d.mayOwe(ctx, s, filter); err != nil {
		return total, err
	}
	counts, err := d.dueCounts(ctx, s, DueQuestion{Filter: filter}, "''", "place = 1")
	if err != nil {
		return total, fmt.Errorf("due: %w", err)
	}
	if len(counts) > 0 { // one, or none where nothing is owed
		total = counts[0]
	}
	return total, nil
}

// mayOwe refuses a snapshot that does not know what is owed, and members that there are not.
func (d *Door) mayOwe(ctx context.Context, s Scope, filter map[Dim][]string) error {
	if err := d.holds(ctx, "obligations_pending"); err != nil {
		return err
	}
	return d.knownMembers(ctx, s, filter)
}

// fortnight is the 14 days from that of the snapshot on, also those on which nothing falls due. Which are working days the
// calendar of the snapshot says, with holidays and the weekend days that make up for them.
func (d *Door) fortnight(ctx context.Context, counts []DueCount) ([]DueDay, error) {
	days := make([]DueDay, 14)
	for i := range days {
		days[i].Member = d.asOfOn.AddDate(0, 0, i).Format(time.DateOnly)
		for _, c := range counts {
			if c.Member == days[i].Member {
				days[i].DueCount = c
			}
		}
	}
	_, err := collect(ctx, d.db.SQL(), "select cast(day as varchar), is_workday from calendar_days where day >= ? and day < ?",
		[]any{d.asOfOn, d.asOfOn.AddDate(0, 0, len(days))}, func(scan func(...any) error) (_ struct{}, err error) {
			var day string
			var works bool
			if err = scan(&day, &works); err != nil {
				return
			}
			if i := slices.IndexFunc(days, func(x DueDay) bool { return x.Member == day }); i >= 0 {
				days[i].Workday = &works
			}
			return
		})
	return days, err
}

// knownDuties refuses measures that do not exist and blocks of which no measure falls due.
func (d *Door) knownDuties(ids []string) error {
	for _, id := range ids {
		def, err := d.Definition(id)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(d.catalogue, func(o Definition) bool { return o.Of == def.Of && len(o.Deadline) > 0 }) {
			return fault.New(fault.Usage, "kpi.due.no_deadline", def.ID, strings.Join(d.withDeadline(), " "))
		}
	}
	return nil
}

// dueWhere is the condition of what a reader may see and asks for.
func (d *Door) dueWhere(s Scope, q DueQuestion, b *binds) (string, error) {
	filter := maps.Clone(q.Filter)
	delete(filter, ByManager)
	if _, ok := filter[ByMonth]; ok {
		return "", fault.New(fault.Usage, "kpi.bad_dimension", string(ByMonth))
	}
	condition, err := filtered(filter, "null", b)
	if err != nil {
		return "", err
	}
	where := visible(s, b)
	if !s.All && len(s.Managers) > 0 {
		where = "(" + where + " or doer_id in (" + b.list(s.Managers) + ") or deputy_id in (" + b.list(s.Managers) + "))"
	}
	if of := q.Filter[ByManager]; len(of) > 0 {
		concerns := "false"
		for _, id := range of {
			if id == "" { // nobody
				concerns += " or doer_id is null"
				continue
			}
			p := b.bind(id)
			concerns += " or manager_id = " + p + " or doer_id = " + p + " or deputy_id = " + p
		}
		where += " and (" + concerns + ")"
	}
	if len(q.KPIs) > 0 {
		p := make([]string, len(q.KPIs))
		for i, id := range q.KPIs {
			p[i] = strings.ToLower(id)
		}
		where += " and (lower(kpi) in (" + b.list(p) + ") or lower(block) in (" + b.list(p) + "))"
	}
	return where + condition, nil
}

// dueCounts counts by a column.
func (d *Door) dueCounts(ctx context.Context, s Scope, q DueQuestion, by, which string) ([]DueCount, error) {
	b := &binds{}
	where, err := d.dueWhere(s, q, b)
	if err != nil {
		return nil, err
	}
	query, err := render("due_counts", map[string]any{"Where": where, "By": by, "Which": which, "Today": b.bind(d.asOfOn)})
	if err != nil {
		return nil, err
	}
	return collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (c DueCount, err error) {
		return c, scan(&c.Member, &c.Overdue, &c.Today, &c.In7, &c.In14, &c.Open, &c.Waived)
	})
}

// dueRows reads a page. A row comes once for each further limit of its thing.
func (d *Door) dueRows(ctx context.Context, s Scope, q DueQuestion, list *DueList) error {
	b := &binds{}
	where, err := d.dueWhere(s, q, b)
	if err != nil {
		return err
	}
	which := "state = 'open'"
	switch {
	case q.Waived:
		which = "state = 'waived'"
	case q.Overdue:
		which = "state = 'overdue'"
	}
	switch {
	case q.Within == 0:
	case q.Overdue:
		which += " and due_on >= " + b.bind(d.asOfOn.AddDate(0, 0, -q.Within))
	default:
		which += " and due_on < " + b.bind(d.asOfOn.AddDate(0, 0, q.Within))
	}
	query, err := render("due", map[string]any{"Where": where, "Which": which, "Limit": b.bind(list.Limit), "Offset": b.bind(list.Offset)})
	if err != nil {
		return err
	}
	last := 0
	_, err = collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (struct{}, error) {
		place, o, also, err := d.scanDue(scan, &list.Total)
		if err == nil && place != last {
			list.Rows, last = append(list.Rows, o), place
		}
		if err == nil && also.KPI != "" {
			r := &list.Rows[len(list.Rows)-1]
			r.Also = append(r.Also, also)
		}
		return struct{}{}, err
	})
	if err != nil || len(list.Rows) > 0 || list.Offset == 0 {
		return err
	}
	first := DueList{Limit: 1} // behind the last row: how many there are is told with the first
	err = d.dueRows(ctx, s, q, &first)
	list.Total = first.Total
	return err
}

// dueDay is when a limit falls due, as the engine has it.
type dueDay struct {
	at, on *time.Time
	byDay  *bool
}

// limit writes it as people and programs read it.
func (d *Door) limit(kpi, state string, x dueDay) Limit {
	if kpi == "" || x.at == nil || x.on == nil || x.byDay == nil {
		return Limit{}
	}
	l := Limit{KPI: kpi, Due: x.at.Format(time.DateTime), State: state, Days: int64(x.on.Sub(d.asOfOn).Hours() / 24)}
	if *x.byDay {
		l.Due = x.on.Format(time.DateOnly)
	}
	return l
}

// scanDue reads one row: its place on the page, the thing, a further limit of it, and how many things there are.
func (d *Door) scanDue(scan func(...any) error, total *int64) (place int, o Obligation, also Limit, err error) {
	var id, state, alsoID, alsoState string
	var main, other dueDay
	var until *time.Time
	err = scan(&place, total, &id, &o.SubjectID, &o.SubjectKind, &o.CustomerID, &o.CustomerName, &o.ManagerID, &o.ManagerName, &o.UnassignedReason,
		&o.DoerID, &o.DoerName, &o.OnLeave, &o.DeputyID, &o.DeputyName, &o.Team, &o.Region, &o.Tier, &o.Kind, &o.Severity,
		&main.at, &main.on, &main.byDay, &state, &o.Num, &o.Den, &o.WaivedBy, &o.WaivedReason, &until,
		&alsoID, &other.at, &other.on, &other.byDay, &alsoState)
	o.Limit = d.limit(id, state, main)
	if until != nil {
		o.WaivedUntil = until.Format(time.DateOnly)
	}
	return place, o, d.limit(alsoID, alsoState, other), err
}
