package kpi

import (
	"context"
	"math"
	"math/big"
)

// Two kinds of measure stand on counts of rows by category and value, not on sums: estimates from a stratified sample,
// whose rows carry the size of their stratum, and the agreement of two scorers, whose rows carry both verdicts.

// stratum is what the rows of one group, category, month and value add up to.
type stratum struct {
	value, n, passed int64
}

// addStrata aggregates one measure by category, month and value.
func (d *Door) addStrata(ctx context.Context, into groups, def Definition, s slice) error {
	b := &binds{}
	data, err := viewData(def, s, b)
	if err != nil {
		return err
	}
	data["Groups"] = numbered(4 + len(s.dims))
	query, err := render("strata", data)
	if err != nil {
		return err
	}
	_, err = collect(ctx, d.db.SQL(), query, b.args, func(scan func(...any) error) (struct{}, error) {
		key, values := groupKey{kpi: def.ID}, make([]string, len(s.dims))
		var category string
		var month int
		var excluded, unset int64
		var st stratum
		dest := append([]any{&key.window}, pointers(values)...)
		if err := scan(append(dest, &category, &month, &st.value, &st.n, &excluded, &unset, &st.passed)...); err != nil {
			return struct{}{}, err
		}
		t := into.at(key, values)
		t.counted, t.excluded, t.unset = t.counted+st.n, t.excluded+excluded, t.unset+unset
		t.num.Add(t.num, big.NewInt(st.passed))
		t.den.Add(t.den, big.NewInt(st.n))
		if st.n > 0 {
			t.strata = append(t.strata, st)
		}
		return struct{}{}, nil
	})
	return err
}

// stratifiedValue is the estimate Σ (N_h/N)·p_h from simple random samples of the strata h, N_h their sizes (Cochran,
// Sampling Techniques, 5.3), with the interval of a share at the sample size that would have its variance
// Σ (N_h/N)²·(1-n_h/N_h)·p_h(1-p_h)/(n_h-1) (5.9, finite population correction 2.5). A stratum with a single sample has no
// variance of its own: it takes that of the estimate. Where the variance is nought although not everything was looked at,
// the size is that of an equal share everywhere, 1/Σ (N_h/N)²(1-n_h/N_h)/n_h.
func stratifiedValue(strata []stratum) (v float64, in interval, ok bool) {
	total := 0.0
	for _, h := range strata {
		total += float64(h.value)
	}
	if total <= 0 {
		return 0, interval{}, false
	}
	for _, h := range strata {
		v += float64(h.value) / total * float64(h.passed) / float64(h.n)
	}
	variance, plain := 0.0, 0.0
	for _, h := range strata {
		n, w := float64(h.n), float64(h.value)/total
		left := w * w * math.Max(0, 1-n/float64(h.value))
		p := float64(h.passed) / n
		if h.n > 1 {
			variance += left * p * (1 - p) / (n - 1)
		} else {
			variance += left * v * (1 - v)
		}
		plain += left / n
	}
	switch {
	case plain <= 0: // everything was looked at
		return v, interval{low: v, high: v, ok: true}, true
	case variance > 0:
		plain = variance / (v * (1 - v))
	}
	low, high := Wilson(v/plain, 1/plain)
	return v, interval{low: low, high: high, ok: true}, true
}

// agreementValue is Cohen's kappa (Educ. Psychol. Meas. 20 (1960) 37) of rows whose value is 2·first + second verdict, with
// the normal interval of his large-sample error √(p_o(1-p_o)/(n(1-p_e)²)). There is none where chance alone would make all
// verdicts equal.
func agreementValue(cells []stratum) (v float64, in interval, ok bool) {
	var count [4]float64
	n := 0.0
	for _, c := range cells {
		if c.value >= 0 && c.value < 4 {
			count[c.value] += float64(c.n)
			n += float64(c.n)
		}
	}
	if n == 0 {
		return 0, interval{}, false
	}
	first, second := (count[2]+count[3])/n, (count[1]+count[3])/n
	observed := (count[0] + count[3]) / n
	chance := first*second + (1-first)*(1-second)
	if chance >= 1 {
		return 0, interval{}, false
	}
	v = (observed - chance) / (1 - chance)
	if half := z95 * math.Sqrt(observed*(1-observed)/n) / (1 - chance); half > 0 {
		in = interval{low: math.Max(-1, v-half), high: math.Min(1, v+half), ok: true}
	}
	return v, in, true
}
