package sampling_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/sampling"
)

// frame has n items of each kind of tier 1.
func frame(sizes map[string]int) []sampling.Item {
	var list []sampling.Item
	for kind, n := range sizes {
		for i := range n {
			list = append(list, sampling.Item{Subject: "case", ID: fmt.Sprintf("%s%04d", kind, i), Day: "2026-10-09", Kind: kind, Tier: 1})
		}
	}
	return list
}

func plan(size, minimum int) sampling.Plan {
	return sampling.Plan{Period: "2026-10", Seed: "4711", Size: size, Minimum: minimum, SecondShare: 10}
}

// strata writes name:n_h of N_h for each stratum.
func strata(d sampling.Draw) string {
	var list []string
	for _, s := range d.Strata {
		list = append(list, fmt.Sprintf("%s:%d of %d", strings.TrimPrefix(s.Name, "2026-10/"), s.Drawn, s.Size))
	}
	return strings.Join(list, ", ")
}

// TestNew_allocation: shares are n·N_h/N by largest remainders, with at least the minimum of each stratum.
func TestNew_allocation(t *testing.T) {
	for _, c := range []struct {
		name          string
		sizes         map[string]int
		size, minimum int
		want          string
	}{
		{"comes out whole", map[string]int{"a": 600, "b": 300, "c": 100}, 20, 2, "a-1:12 of 600, b-1:6 of 300, c-1:2 of 100"},
		// 10·500/1000 = 5; 10·333/1000 = 3.33; 10·167/1000 = 1.67: the one left goes to c.
		{"largest remainder", map[string]int{"a": 500, "b": 333, "c": 167}, 10, 1, "a-1:5 of 500, b-1:3 of 333, c-1:2 of 167"},
		// 10·950/1000 = 9.5, 0.3 and 0.2 are below two: two each, and six for a.
		{"minima", map[string]int{"a": 950, "b": 30, "c": 20}, 10, 2, "a-1:6 of 950, b-1:2 of 30, c-1:2 of 20"},
		// c has a single one: 1; of the nine left a has 9·60/99 = 5.45, b 3.55: 5 and 4 by the remainder.
		{"whole small stratum", map[string]int{"a": 60, "b": 39, "c": 1}, 10, 2, "a-1:5 of 60, b-1:4 of 39, c-1:1 of 1"},
		// With c's minimum taken, 7·30/97 = 2.16 is still above two.
		{"second pass", map[string]int{"a": 67, "b": 30, "c": 3}, 9, 2, "a-1:5 of 67, b-1:2 of 30, c-1:2 of 3"},
		{"more than there is", map[string]int{"a": 3, "b": 2}, 10, 2, "a-1:3 of 3, b-1:2 of 2"},
		{"equal remainders go to the first name", map[string]int{"a": 10, "b": 10}, 3, 1, "a-1:2 of 10, b-1:1 of 10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := sampling.New(plan(c.size, c.minimum), frame(c.sizes), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := strata(d); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestNew_refuses(t *testing.T) {
	for name, c := range map[string]struct {
		plan  sampling.Plan
		frame []sampling.Item
		kind  fault.Kind
	}{
		"no size":             {plan(0, 2), frame(map[string]int{"a": 5}), fault.Usage},
		"no seed":             {sampling.Plan{Period: "2026-10", Size: 5, Minimum: 1}, frame(map[string]int{"a": 5}), fault.Usage},
		"nothing there":       {plan(5, 2), nil, fault.Refused},
		"fewer than minima":   {plan(3, 2), frame(map[string]int{"a": 5, "b": 5}), fault.Usage},
		"none of these kinds": {sampling.Plan{Period: "2026-10", Seed: "1", Size: 5, Minimum: 1, Kinds: []string{"visit"}}, frame(map[string]int{"a": 5}), fault.Refused},
	} {
		if _, err := sampling.New(c.plan, c.frame, nil); fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNew_order: which are drawn follows from SHA-256("draw", seed, subject, id) with line feeds between, so that anybody can check
// it. The expected order was made with sha256sum and sort.
func TestNew_order(t *testing.T) {
	d, err := sampling.New(plan(10, 1), frame(map[string]int{"a": 10}), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range d.Samples {
		got = append(got, s.ID)
	}
	byHand := []string{"a0003", "a0009", "a0000", "a0007", "a0004", "a0001", "a0005", "a0002", "a0008", "a0006"}
	if diff := cmp.Diff(byHand, got); diff != "" {
		t.Error(diff)
	}
}

// TestNew_same: in whatever order the frame comes, the list is the same; another seed gives another one.
func TestNew_same(t *testing.T) {
	all := frame(map[string]int{"a": 300, "b": 120, "visit": 80})
	first, err := sampling.New(plan(50, 2), all, nil)
	if err != nil {
		t.Fatal(err)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	again, err := sampling.New(plan(50, 2), all, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
	kept, err := first.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	read, err := sampling.Parse(kept)
	if err != nil || cmp.Diff(first, read) != "" {
		t.Errorf("read back: %v %s", err, cmp.Diff(first, read))
	}
	p := plan(50, 2)
	p.Seed = "4712"
	other, err := sampling.New(p, all, nil)
	if err != nil {
		t.Fatal(err)
	}
	if cmp.Equal(first.Samples, other.Samples) {
		t.Error("another seed drew the same")
	}
}

// TestNew_again: a second draw of a period takes none of the first, of strata that are as large as they were.
func TestNew_again(t *testing.T) {
	all := frame(map[string]int{"a": 40, "b": 3})
	first, err := sampling.New(plan(20, 2), all, nil)
	if err != nil {
		t.Fatal(err)
	}
	taken := map[string]bool{}
	for _, s := range first.Samples {
		taken[s.Name()] = true
	}
	p := plan(20, 2)
	p.Seed = "other"
	second, err := sampling.New(p, all, taken)
	if err != nil {
		t.Fatal(err)
	}
	// 18 of 40 and 2 of 3 were drawn: 22 and 1 are left, of which 19 and 1.
	if got := strata(second); strata(first) != "a-1:18 of 40, b-1:2 of 3" || got != "a-1:19 of 40, b-1:1 of 3" {
		t.Errorf("first %s, second %s", strata(first), got)
	}
	for _, s := range second.Samples {
		if taken[s.Name()] {
			t.Errorf("%s was drawn twice", s.ID)
		}
	}
}

// TestNew_fair: over many seeds every item is drawn, and judged a second time, as often as any other. 4,000 draws of 10 of 40: each
// item is expected 1,000 times with a standard deviation of √(4000·¼·¾) = 27.4; five of them are 137. A tenth of ten is one: each is
// expected 100 times as second, with a deviation of 9.9.
func TestNew_fair(t *testing.T) {
	all := frame(map[string]int{"a": 40})
	drawn, second := map[string]int{}, map[string]int{}
	for i := range 4000 {
		p := plan(10, 1)
		p.Seed = fmt.Sprint(i)
		d, err := sampling.New(p, all, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Samples {
			drawn[s.ID]++
			if s.Second {
				second[s.ID]++
			}
		}
	}
	for _, i := range all {
		if n := drawn[i.ID]; n < 863 || n > 1137 {
			t.Errorf("%s was drawn %d times of 4,000", i.ID, n)
		}
		if n := second[i.ID]; n < 50 || n > 150 {
			t.Errorf("%s was second %d times of 4,000", i.ID, n)
		}
	}
}

// TestNew_second: a tenth of the samples, rounded up, in no stratum's favour.
func TestNew_second(t *testing.T) {
	d, err := sampling.New(plan(41, 2), frame(map[string]int{"a": 100, "b": 100}), nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range d.Samples {
		if s.Second {
			n++
		}
	}
	if n != 5 || len(d.Samples) != 41 {
		t.Errorf("%d of %d are second, want 5 of 41", n, len(d.Samples))
	}
	if !slices.IsSortedFunc(d.Samples, func(a, b sampling.Sample) int { return a.Number - b.Number }) || d.Samples[0].Number != 1 {
		t.Error("samples are not numbered in their order")
	}
}
