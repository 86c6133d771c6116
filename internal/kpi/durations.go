package kpi

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// addDurations counts the durations of each group, then fetches the order statistics that its size asks for.
func (d *Door) addDurations(ctx context.Context, into groups, def Definition, s slice) error {
	count := d.countDurations
	if def.OverTime == overSum && !s.byOwner() && s.cube() != "" {
		count = func(ctx context.Context, into groups, def Definition, s slice) error {
			return d.addSumsFrom(ctx, into, []Definition{def}, s, "cube_traits")
		}
	}
	if err := count(ctx, into, def, s); err != nil {
		return err
	}
	sizes := map[int64]bool{}
	for w := range s.windows {
		for _, t := range into[groupKey{def.ID, w}] {
			t.order = map[int64]int64{}
			if t.counted > 0 {
				sizes[t.counted] = true
			}
		}
	}
	if len(sizes) == 0 {
		return nil
	}
	if err := d.addRanks(ctx, into, def, s, sizes); err != nil {
		return err
	}
	for w := range s.windows {
		for _, t := range into[groupKey{def.ID, w}] {
			if t.counted > 0 && len(t.order) != len(wantedRanks(t.counted)) {
				return fmt.Errorf("%d counted rows, but their durations are not as many", t.counted)
			}
		}
	}
	return nil
}

// countDurations counts where no cube can.
func (d *Door) countDurations(ctx context.Context, into groups, def Definition, s slice) error {
	b := &binds{}
	data, err := viewData(def, s, b)
	if err != nil {
		return err
	}
	query, err := render("durations", data)
	if err != nil {
		return err
	}
	_, err = collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (struct{}, error) {
		key, values := groupKey{kpi: def.ID}, make([]string, len(s.dims))
		var counted, excluded, unset int64
		var num, den string
		if err := scan(append(append([]any{&key.window}, pointers(values)...), &counted, &excluded, &unset, &num, &den)...); err != nil {
			return struct{}{}, err
		}
		t := into.at(key, values)
		t.counted, t.excluded, t.unset = counted, excluded, unset
		var err error
		t.num, t.den, _, err = threeInts(num, den, "0")
		return struct{}{}, err
	})
	return err
}

// wantedRanks are the order statistics that an answer over n durations shows: median, P90, and the median's interval.
func wantedRanks(n int64) []int64 {
	ranks := []int64{Rank(n, 1, 2), Rank(n, 9, 10)}
	if low, high, ok := OrderRanks(n, 0.5); ok {
		ranks = append(ranks, low, high)
	}
	slices.Sort(ranks)
	return slices.Compact(ranks)
}

// addRanks takes the wanted order statistics of groups of the given sizes.
func (d *Door) addRanks(ctx context.Context, into groups, def Definition, s slice, sizes map[int64]bool) error {
	b := &binds{}
	data, err := viewData(def, s, b)
	if err != nil {
		return err
	}
	var list []string
	for n := range sizes {
		for _, r := range wantedRanks(n) {
			list = append(list, fmt.Sprintf("(%d, %d)", n, r))
		}
	}
	slices.Sort(list) // the same question is the same SQL
	data["Ranks"] = strings.Join(list, ", ")
	query, err := render("ranks", data)
	if err != nil {
		return err
	}
	_, err = collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (struct{}, error) {
		key, values := groupKey{kpi: def.ID}, make([]string, len(s.dims))
		var rank, value int64
		if err := scan(append(append([]any{&key.window}, pointers(values)...), &rank, &value)...); err != nil {
			return struct{}{}, err
		}
		into.at(key, values).order[rank] = value
		return struct{}{}, nil
	})
	return err
}
