package demo

import (
	"fmt"
	"math"
)

// fate is the trap planted on a customer, if any.
type fate int

const (
	plain fate = iota
	merged
	movedOut
	split
	quiet     // billed nothing for good: churned though no service ended
	paused    // billed nothing for two months, then again: never churned
	suspended // cut off for arrears, still a customer
	newcomer
	unowned // nobody's for the first weeks
	never   // nobody's at all
)

// own is a stretch of ownership, last day inside; to 0 = open.
type own struct{ manager, from, to int }

// customer is one customer with the parts of its history that other parts look up.
type customer struct {
	i                     int
	id, name, typ         string
	trade                 industry
	segment               string
	region                int
	users                 int
	size                  float64
	strategic             bool
	fate                  fate
	since                 int // first day as a customer
	until                 int // last day, 0 = still here
	ended                 int // ended_on: day on which the end takes effect
	status                string
	mergedInto, splitFrom int // customer numbers, -1 = none
	mergedAt              civil
	fateOn                int // day on which the fate strikes
	owners                []own
	tiers                 []tierRow
	services              []service
	cases                 int // numbered so far
}

func customerID(i int) string { return fmt.Sprintf("C%06d", i+1) }

// fateOf draws what happens to customer i; it is asked for other customers too, so it draws from a stream of its own.
func (co *company) fateOf(i int) fate {
	x := newRNG(co.Seed, streamCustomer, i).Float64()
	for _, f := range []struct {
		fate  fate
		share float64
	}{
		{merged, co.rate(0.01, 2.5)}, {movedOut, co.rate(0.005, 1.5)}, {split, co.rate(0.004, 2)},
		{quiet, co.rate(0.01, 2)}, {paused, co.rate(0.005, 1.5)}, {suspended, co.rate(0.015, 1.5)},
		{newcomer, 0.12 * min(1, float64(co.Months)/24)}, {unowned, co.rate(0.02, 2)}, {never, co.rate(0.004, 1)},
	} {
		if x -= f.share; x < 0 {
			return f.fate
		}
	}
	return plain
}

// another returns a customer with a plain fate that is not i.
func (co *company) another(i int) int {
	for k := 1; k < co.Customers; k++ {
		if j := (i + k*7) % co.Customers; j != i && co.fateOf(j) == plain {
			return j
		}
	}
	return -1
}

// makeCustomer draws customer i.
func (co *company) makeCustomer(i int) *customer {
	r := newRNG(co.Seed, streamCustomer, i)
	r.Float64() // the fate
	c := &customer{i: i, id: customerID(i), fate: co.fateOf(i), mergedInto: -1, splitFrom: -1, status: "active"}
	c.region = r.pick([]float64{5, 4, 4, 3, 2, 2}[:len(co.regions)])
	c.trade = one(r, industries())
	c.name = organisation(r, c.trade)
	c.size = math.Exp(r.NormFloat64() * 0.9)
	c.users = max(1, int(60*c.size*c.size))
	c.typ, c.segment = "enterprise", one(r, []string{"大型企业", "中小企业", "聚类市场"})
	if c.trade.government {
		c.typ, c.segment = "government", "党政军"
	}
	if c.strategic = r.chance(0.03); c.strategic {
		c.typ = "strategic"
	}
	c.since = co.start.day() - r.between(30, 4500)
	first, last := co.start.day(), co.end.day()-1
	c.fateOn = r.between(first+min(30, (last-first)/3), max(first+1, last-10))
	co.strike(r, c)
	co.planOwners(c)
	co.planTiers(c)
	if c.fate == plain || c.fate == newcomer || c.fate == split {
		co.churn(r, c)
	}
	co.planServices(c)
	return c
}

// strike applies the fate.
func (co *company) strike(r rng, c *customer) {
	switch c.fate {
	case merged:
		if c.mergedInto = co.another(c.i); c.mergedInto >= 0 {
			c.mergedAt = dayStart(c.fateOn) + civil(r.between(9*3600, 17*3600))
			c.until, c.ended, c.status = c.fateOn, c.fateOn, "cancelled"
		}
	case movedOut:
		c.until, c.ended, c.status = c.fateOn-1, c.fateOn, "moved_out"
	case split:
		if c.splitFrom = co.another(c.i); c.splitFrom >= 0 {
			c.since = c.fateOn
		}
	case suspended:
		c.status = "suspended"
	case newcomer:
		c.since = c.fateOn
	}
}

// churn lets the customer leave in some month: half a percent a month, moved by the owner's effect on retention.
func (co *company) churn(r rng, c *customer) {
	for _, m := range co.months {
		x := r.Float64()
		if m.start < c.since+60 {
			continue
		}
		p := logistic(logit(0.005) - co.effectsOf(c.ownerOn(m.start)).Retention)
		if x < p {
			d := r.between(m.start, m.end-1)
			c.until, c.ended, c.status = d-1, d, "cancelled"
			break
		}
	}
	if c.ended == 0 {
		return
	}
	for k := range c.owners {
		if o := &c.owners[k]; o.from > c.until {
			c.owners = c.owners[:k]
			break
		} else if (o.to == 0 || o.to > c.until) && r.chance(0.8) {
			o.to = c.until
		}
	}
}

// planOwners draws who owns the customer when.
func (co *company) planOwners(c *customer) {
	if c.fate == never {
		return
	}
	r := newRNG(co.Seed, streamOwners, c.i)
	day := max(c.since, co.start.day()-r.between(40, 500))
	if c.fate == unowned {
		day = max(c.since, co.start.day()) + r.between(20, 120)
	}
	current := co.pickManager(r, c.region, max(day, co.start.day()), -1)
	day = max(day, co.managers[current].hired)
	for day < co.end.day() {
		next := max(day, co.start.day()) + int(r.ExpFloat64()*365/0.08)
		taker := -1
		for _, j := range co.joiners[c.region] {
			h := co.managers[j].hired
			if h > day && h < next && j != current && r.chance(min(0.3, 1.4/float64(len(co.regions[c.region])))) {
				next, taker = h, j
				break
			}
		}
		from := next
		if left := co.managers[current].left; left > 0 && left < next {
			next, taker = left+1, -1
			from = next
			switch x := r.Float64(); {
			case x < 0.25: // nobody's for a while
				from = next + r.between(5, 40)
			case x < 0.40: // the roster is not updated at once
				next += r.between(8, 40)
				from = next
			}
		}
		if next >= co.end.day() {
			c.owners = append(c.owners, own{current, day, 0})
			return
		}
		c.owners = append(c.owners, own{current, day, next - 1})
		if taker < 0 {
			taker = co.pickManager(r, c.region, from, current)
		}
		current, day = taker, from
	}
}

// ownerOn returns the manager who owns the customer on day d, -1 = nobody.
func (c *customer) ownerOn(d int) int {
	for _, o := range c.owners {
		if o.from <= d && (o.to == 0 || d <= o.to) {
			return o.manager
		}
	}
	return -1
}

// workerOn is ownerOn without managers who have left.
func (co *company) workerOn(c *customer, d int) int {
	if m := c.ownerOn(d); m >= 0 && co.managers[m].here(d) {
		return m
	}
	return -1
}

// managerID returns the id of manager m, or of the duty desk when there is none.
func (co *company) managerID(m int) string {
	if m < 0 {
		return dutyDesk
	}
	return co.managers[m].id
}

// dutyDesk is the staff number of the desk that works for customers without a manager.
const dutyDesk = "S0001"

// activeOn reports whether the customer is one on day d.
func (c *customer) activeOn(d int) bool { return d >= c.since && (c.until == 0 || d <= c.until) }

// customerRows writes everything about customer i.
func (co *company) customerRows(out *chunk, i int) {
	c := co.makeCustomer(i)
	co.customerRow(out, c)
	co.ownerRows(out, c)
	co.tierRows(out, c)
	co.serviceRows(out, c)
	co.billRows(out, c)
	co.caseRows(out, c)
	co.relationshipRows(out, c)
	co.visitRows(out, c)
	co.extraRows(out, c)
}

func (co *company) customerRow(out *chunk, c *customer) {
	r := out.row("customers", 0)
	r.s(c.id).s(c.name).code(c.typ).s(c.segment).s(regionNames()[c.region]).s(c.trade.name).n(int64(c.users)).on(c.since)
	r.code(c.status).on(c.ended)
	if c.mergedInto >= 0 {
		r.s(customerID(c.mergedInto)).when(c.mergedAt)
		out.plant("customer_merged", c.id, customerID(c.mergedInto))
	} else {
		r.none(2)
	}
	if c.splitFrom >= 0 {
		r.s(customerID(c.splitFrom))
		out.plant("customer_split", c.id, customerID(c.splitFrom))
	} else {
		r.none(1)
	}
	r.flag(c.strategic).n(int64(c.users) * 10000).dueOn(co.start.day() - 30 + c.i%200)
	r.end()
	switch c.fate {
	case quiet:
		out.plant("zero_revenue_churn", c.id, dateText(c.fateOn))
	case paused:
		out.plant("zero_revenue_two_months", c.id, dateText(c.fateOn))
	case never, unowned:
		out.plant("without_manager", c.id, "")
	}
}

func (co *company) ownerRows(out *chunk, c *customer) {
	for k, o := range c.owners {
		out.row("assignments", 0).s(c.id).s(co.managers[o.manager].id).dueOn(o.from).dueOn(o.to).code("owner").end()
		if k == 0 && c.i%53 == 0 { // a colleague who helps, and never owns
			helper := (o.manager + 1) % len(co.managers)
			out.row("assignments", 0).s(c.id).s(co.managers[helper].id).dueOn(max(o.from, co.managers[helper].hired)).none(1).code("member").end()
		}
		if k > 0 {
			out.plant("hand_over", c.id, dateText(o.from))
		}
	}
}

func dateText(d int) string { return string(appendDate(nil, d)) }
