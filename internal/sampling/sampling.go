// Package sampling draws what an inspector looks at: a stratified random sample of what was done in a period.
//
// It promises: the same frame, seed and size give the same list, in whatever order the frame comes; every item of a
// stratum has the same chance; what an earlier draw of the period took is not drawn again. It must not know where the
// frame comes from, nor how what was drawn is judged.
package sampling

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
)

// Item is one thing of the frame: something that was done for a customer, and whose doing it was.
type Item struct {
	Subject    string `json:"subject"` // what it is: case, visit
	ID         string `json:"subject_id"`
	Day        string `json:"day"`  // on which it was done: 2026-10-09
	Kind       string `json:"kind"` // of case, or visit
	Tier       int64  `json:"tier"` // of the customer that day, 0 for none
	CustomerID string `json:"customer_id"`
	ManagerID  string `json:"manager_id"` // accountable, "" for nobody
}

// stratum is the stratum of an item in a period: kind x tier, 0 for customers without one.
func (i Item) stratum(period string) string { return fmt.Sprintf("%s/%s-%d", period, i.Kind, i.Tier) }

// key is what orders the items of a stratum: the SHA-256 of purpose, seed, subject and id, a line feed after each but the
// last. Without the seed nobody can tell the order; with it everybody can compute it again.
func (i Item) key(purpose, seed string) [sha256.Size]byte {
	return sha256.Sum256([]byte(strings.Join([]string{purpose, seed, i.Subject, i.ID}, "\n")))
}

// The purposes of a key: which items are drawn, and which of them are judged a second time.
const (
	forDraw   = "draw"
	forSecond = "second"
)

// Plan is what is asked of a draw.
type Plan struct {
	Period      string   `json:"period"`       // 2026-10
	Kinds       []string `json:"kinds"`        // of what is drawn; none: all
	Seed        string   `json:"seed"`         // any text
	Size        int      `json:"size"`         // how many are to be drawn
	Minimum     int      `json:"minimum"`      // of every stratum, at least; without two its variance is not known
	SecondShare int      `json:"second_share"` // per hundred of them, that a second scorer judges, too; rounded up
	Items       []string `json:"items"`        // what a scorer ticks of each sample, in the order of the sheet
	Snapshot    string   `json:"snapshot"`     // that the frame was read from
}

// Stratum is one layer of the frame.
type Stratum struct {
	Name  string `json:"stratum"` // 2026-10/complaint-1
	Size  int    `json:"size"`    // N_h, of the whole frame, with what was drawn of it before
	Drawn int    `json:"drawn"`   // n_h
}

// Sample is one thing that was drawn.
type Sample struct {
	Item

	Number  int    `json:"number"` // from 1, in the order of strata and then of the draw
	Stratum string `json:"stratum"`
	Size    int    `json:"stratum_size"`
	Second  bool   `json:"second"` // to be judged by a second scorer, too
}

// Draw is a list as it was drawn, complete: whoever has the snapshot can make it again.
type Draw struct {
	Plan

	Strata  []Stratum `json:"strata"`
	Samples []Sample  `json:"samples"`
}

// New draws from a frame. taken are the items that earlier draws of the period took, by subject and id: they are part of
// their strata's sizes and are not drawn again, so that all draws of a period together are one random sample. A
// [fault.Usage] says what is wrong with the plan, a [fault.Refused] that there is nothing to draw from.
func New(p Plan, frame []Item, taken map[string]bool) (Draw, error) {
	if p.Size < 1 || p.Minimum < 1 || p.SecondShare < 0 || p.SecondShare > 100 || p.Seed == "" {
		return Draw{}, fault.New(fault.Usage, "sampling.plan")
	}
	d := Draw{Plan: p}
	free := map[string][]Item{}
	sizes := map[string]int{}
	for _, i := range frame {
		if len(p.Kinds) > 0 && !slices.Contains(p.Kinds, i.Kind) {
			continue
		}
		name := i.stratum(p.Period)
		sizes[name]++
		if !taken[i.Name()] {
			free[name] = append(free[name], i)
		}
	}
	for name, items := range free {
		d.Strata = append(d.Strata, Stratum{Name: name, Size: len(items)})
	}
	if len(d.Strata) == 0 {
		return Draw{}, fault.New(fault.Refused, "sampling.empty", p.Period)
	}
	slices.SortFunc(d.Strata, func(a, b Stratum) int { return cmp.Compare(a.Name, b.Name) })
	if least := allocate(d.Strata, p.Size, p.Minimum); least > p.Size {
		return Draw{}, fault.New(fault.Usage, "sampling.small", p.Size, len(d.Strata), p.Minimum, least)
	}
	for n, s := range d.Strata { // shared out by what is left of the strata, kept with what they are
		d.Strata[n].Size = sizes[s.Name]
		for _, i := range first(free[s.Name], s.Drawn, forDraw, p.Seed) {
			d.Samples = append(d.Samples, Sample{Item: i, Number: len(d.Samples) + 1, Stratum: s.Name, Size: sizes[s.Name]})
		}
	}
	d.second()
	return d, nil
}

// Name is what an item is called among those that were taken.
func (i Item) Name() string { return i.Subject + "\n" + i.ID }

// second marks the samples that a second scorer judges, too: a simple random part of all of them.
func (d *Draw) second() {
	items := make([]Item, len(d.Samples))
	for n, s := range d.Samples {
		items[n] = s.Item
	}
	twice := map[string]bool{}
	for _, i := range first(items, (len(items)*d.SecondShare+99)/100, forSecond, d.Seed) {
		twice[i.Name()] = true
	}
	for n, s := range d.Samples {
		d.Samples[n].Second = twice[s.Name()]
	}
}

// first returns the n items of the lowest keys, lowest first: each set of n has the same chance.
func first(items []Item, n int, purpose, seed string) []Item {
	type keyed struct {
		key [sha256.Size]byte
		Item
	}
	list := make([]keyed, len(items))
	for k, i := range items {
		list[k] = keyed{i.key(purpose, seed), i}
	}
	slices.SortFunc(list, func(a, b keyed) int { return bytes.Compare(a.key[:], b.key[:]) })
	out := make([]Item, 0, n)
	for _, k := range list[:min(n, len(list))] {
		out = append(out, k.Item)
	}
	return out
}

// allocate shares out size among strata in proportion to their sizes (Cochran, Sampling Techniques, 5.3), each having at
// least minimum or all of it; what does not come out whole goes to the largest remainders, of equal ones to the first
// name. It returns the least size that the minima take: where that is above size, nothing is allocated.
func allocate(strata []Stratum, size, minimum int) (least int) {
	total := 0
	for _, s := range strata {
		least += min(minimum, s.Size)
		total += s.Size
	}
	if size = min(size, total); least > size {
		return least
	}
	open := make([]*Stratum, len(strata))
	for i := range strata {
		open[i] = &strata[i]
	}
	// A stratum whose share would be below its minimum has the minimum, and the others share what is left.
	for again := true; again; {
		left, rest, others := size, total, []*Stratum{}
		for _, s := range open {
			if m := min(minimum, s.Size); size*s.Size < m*total {
				s.Drawn, left, rest = m, left-m, rest-s.Size
			} else {
				others = append(others, s)
			}
		}
		again = len(others) < len(open)
		open, size, total = others, left, rest
	}
	shareOut(open, size, total)
	return least
}

// shareOut gives each stratum its share of size, rounded by largest remainders.
func shareOut(open []*Stratum, size, total int) {
	if total == 0 {
		return
	}
	left := size
	for _, s := range open {
		s.Drawn = size * s.Size / total
		left -= s.Drawn
	}
	slices.SortStableFunc(open, func(a, b *Stratum) int { return cmp.Compare(size*b.Size%total, size*a.Size%total) })
	for _, s := range open[:left] {
		s.Drawn++
	}
}

// Bytes is the draw as it is kept.
func (d Draw) Bytes() ([]byte, error) { return json.Marshal(d) }

// Parse reads what Bytes wrote.
func Parse(data []byte) (d Draw, err error) {
	if err := json.Unmarshal(data, &d); err != nil {
		return d, fmt.Errorf("list of a draw: %w", err)
	}
	return d, nil
}
