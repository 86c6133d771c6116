package demo

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/kamlens/kamlens/internal/calendar"
)

// company is the plan: everything that customers share. It is read only once made, so workers may share it.
type company struct {
	Options
	start, end civil // of the generated months, half-open
	months     []month
	spans      []span
	clock      *clock
	tables     map[string]*table
	list       []*table
	teams      []team
	managers   []manager
	regions    [][]int     // region -> managers, joiners too
	cumulative [][]float64 // region -> running sum of the managers' weights
	joiners    [][]int     // region -> managers hired during the months, in order of hiring
}

// span is a run of months that is delivered as one file: whole calendar years, the last month on its own.
type span struct {
	label      string
	start, end civil
}

type team struct {
	name   string
	region int
	chief  int
}

// effects are what a manager really adds to the log-odds of a good outcome.
type effects struct {
	Response     float64 `json:"response"`     // of keeping any limit on the first response
	Resolution   float64 `json:"resolution"`   // of keeping any limit on the solution
	Satisfaction float64 `json:"satisfaction"` // of at least k points, for every k
	Visit        float64 `json:"visit"`        // of paying a visit that is owed
	Retention    float64 `json:"retention"`    // of keeping a customer through a month
	Upgrade      float64 `json:"upgrade"`      // of a better tier at a quarter's review; the opposite for a worse one
}

type manager struct {
	id, name    string
	team        int
	role        string
	hired, left int // day numbers; left 0 = still here, else the last day
	movedOn     int // day on which the manager changes to another team; 0 = never
	movedTo     int
	weight      float64
	effects     effects
	gaming      bool
	planted     string // why the effects are as they are
}

// daysAfter is how many days of the month after Until the company has lived through: long enough for the cases of the
// last full month to have stood the test of the week in which a customer may come back.
const daysAfter = 9

// newCompany draws the plan.
func newCompany(o Options) (*company, error) {
	first := o.Until
	for range o.Months - 1 {
		first = first.Previous()
	}
	today := o.Until.End.AddDate(0, 0, daysAfter)
	co := &company{Options: o, start: civilOf(first.Start), end: civilOf(today)}
	for p := first; p.Start.Before(today); p = p.Shift(1) {
		co.months = append(co.months, monthOf(p.Start))
	}
	co.spans = append(spansOf(first, o.Until), span{o.Until.Shift(1).String(), civilOf(o.Until.End), co.end})
	co.clock = newClock(co.start.day()-800, co.end.day()+800)
	var err error
	if co.tables, co.list, err = newTables(o); err != nil {
		return nil, err
	}
	co.planStaff()
	return co, nil
}

func spansOf(first, until calendar.Period) []span {
	var spans []span
	for p := first; p.Start.Before(until.End); p = p.Shift(1) {
		n := len(spans)
		sameYear := n > 0 && strings.HasPrefix(spans[n-1].label, p.Start.Format("2006"))
		if sameYear && p.Start.Before(until.Start) {
			head, _, _ := strings.Cut(spans[n-1].label, "_")
			spans[n-1].label = head + "_" + p.Start.Format("01")
			spans[n-1].end = civilOf(p.End)
			continue
		}
		spans = append(spans, span{p.String(), civilOf(p.Start), civilOf(p.End)})
	}
	return spans
}

// spanOf returns the span that holds t; times outside belong to the nearest span.
func (co *company) spanOf(t civil) int {
	for i := len(co.spans) - 1; i > 0; i-- {
		if t >= co.spans[i].start {
			return i
		}
	}
	return 0
}

// planStaff makes teams and managers: about one manager for 32 customers, teams of five to eight.
func (co *company) planStaff() {
	r := newRNG(co.Seed, streamStaff, 0)
	n := max(4, int(math.Round(float64(co.Customers)/32)))
	years := float64(co.Months) / 12
	joiners := max(1, int(math.Round(0.08*years*float64(n))))
	teams := max(2, (n+5)/6)
	regions := min(6, max(4, teams))
	for i := range teams {
		region := i % regions
		co.teams = append(co.teams, team{name: fmt.Sprintf("%s%d组", regionNames()[region], i/regions+1), region: region, chief: i})
	}
	for i := range n + joiners {
		co.managers = append(co.managers, co.planManager(r, i, n))
	}
	co.planLeavers(r, n, max(1, int(math.Round(0.06*years*float64(n)))))
	co.plantEffects(r, n)
	co.planRegions(regions)
}

// planManager draws one manager; those from number n on join during the months.
func (co *company) planManager(r rng, i, n int) manager {
	m := manager{
		id: fmt.Sprintf("M%04d", i+1), name: person(r), team: i % len(co.teams), role: "manager",
		hired: co.start.day() - r.between(60, 4000), weight: math.Pow(float64(r.IntN(n)+1), -0.35),
	}
	switch {
	case i < len(co.teams):
		m.role = "chief"
	case r.chance(0.12):
		m.role = "specialist"
	case r.chance(0.08):
		m.role = "service_manager"
	}
	if i >= n {
		m.hired = co.start.day() + r.between(10, max(11, co.end.day()-co.start.day()-10))
	}
	if i < n && i >= len(co.teams) && r.chance(0.03) {
		m.movedOn, m.movedTo = r.between(co.start.day()+20, co.end.day()-1), (m.team+1)%len(co.teams)
	}
	return m
}

// planLeavers lets some managers go on a day that is rarely the last of a month.
func (co *company) planLeavers(r rng, n, leavers int) {
	for range leavers {
		m := &co.managers[len(co.teams)+r.IntN(max(1, n-len(co.teams)))%max(1, n-len(co.teams))]
		if m.role != "chief" && m.left == 0 {
			m.left = r.between(co.start.day()+15, co.end.day()-5)
		}
	}
	mover := &co.managers[n-1]
	if mover.movedOn == 0 && mover.left == 0 {
		mover.movedOn, mover.movedTo = (co.start.day()+co.end.day())/2, (mover.team+1)%len(co.teams)
	}
}

// plantEffects decides who differs. One manager games the numbers, one is better in everything, one worse, one better
// in satisfaction only; of the others half are exactly alike and half differ a little.
func (co *company) plantEffects(r rng, n int) {
	free := []int{}
	for _, i := range r.Perm(n) {
		if co.managers[i].left == 0 {
			free = append(free, i)
		}
	}
	special := []struct {
		name   string
		e      effects
		gaming bool
	}{
		{name: "games the numbers", gaming: true, e: effects{Response: -0.3, Resolution: -0.4, Satisfaction: -0.3}},
		{name: "better in everything", e: effects{0.9, 0.9, 0.9, 0.9, 0.7, 0.6}},
		{name: "worse in everything", e: effects{-0.9, -0.9, -0.9, -0.9, -0.7, -0.6}},
		{name: "better in satisfaction only", e: effects{Satisfaction: 0.8}},
	}
	for k, i := range free {
		m := &co.managers[i]
		switch {
		case k < len(special):
			m.planted, m.effects, m.gaming = special[k].name, special[k].e, special[k].gaming
			m.weight = max(m.weight, 0.9)
		case k%2 == 0:
			m.planted = "like everybody"
		default:
			small := func() float64 { return math.Round(r.NormFloat64()*25) / 100 }
			m.planted = "differs a little"
			m.effects = effects{small(), small(), small(), small(), small(), small()}
		}
	}
}

func (co *company) planRegions(regions int) {
	co.regions = make([][]int, regions)
	co.cumulative = make([][]float64, regions)
	co.joiners = make([][]int, regions)
	for i, m := range co.managers {
		g := co.teams[m.team].region
		co.regions[g] = append(co.regions[g], i)
		if m.hired >= co.start.day() {
			co.joiners[g] = append(co.joiners[g], i)
		}
	}
	for g := range co.regions {
		if len(co.regions[g]) < 2 { // a region too small for hand-overs is served by everybody
			co.regions[g] = nil
			for i := range co.managers {
				co.regions[g] = append(co.regions[g], i)
			}
		}
		sum := 0.0
		for _, i := range co.regions[g] {
			sum += co.managers[i].weight
			co.cumulative[g] = append(co.cumulative[g], sum)
		}
		slices.SortFunc(co.joiners[g], func(a, b int) int { return co.managers[a].hired - co.managers[b].hired })
	}
}

// here reports whether manager m works on day d.
func (m manager) here(d int) bool { return m.hired <= d && (m.left == 0 || d <= m.left) }

// pickManager draws a manager of a region who works on day d and is not the one to be avoided.
func (co *company) pickManager(r rng, region, d, avoid int) int {
	for range 200 {
		c := co.cumulative[region]
		i := co.regions[region][min(sort.SearchFloat64s(c, r.Float64()*c[len(c)-1]), len(c)-1)]
		if i != avoid && co.managers[i].here(d) && co.managers[i].hired <= d {
			return i
		}
	}
	for i, m := range co.managers { // a region that lost everybody
		if i != avoid && m.here(d) {
			return i
		}
	}
	return 0
}

// effectsOf returns the effects of manager m; nobody (-1) has none.
func (co *company) effectsOf(m int) effects {
	if m < 0 {
		return effects{}
	}
	return co.managers[m].effects
}

// rate returns share, but at least few out of all customers, so that a small company shows every trap too.
func (co *company) rate(share, few float64) float64 {
	return min(0.5, max(share, few/float64(co.Customers)))
}
