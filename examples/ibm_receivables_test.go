package examples_test

import (
	"testing"

	"github.com/kamlens/kamlens/internal/kpi"
)

// Published (INDEX.md 10): 2,466 invoices, of which country 391 has 616, 406 561, 770 506; mean days to settle 26.44
// (customers of country 818: 28.80), mean days late 3.44 (818: 4.82).
func TestIBMReceivables(t *testing.T) {
	dataset(t, "ibm_ar_invoices")
	d := open(t, "ibm-receivables", []string{"m_ibm_days_to_settle", "m_ibm_days_late"})
	const period = "2012-01..2013-12"
	for _, c := range []struct {
		measure string
		n       int64
		value   float64
		in818   float64
	}{
		{"IBM.days_to_settle", 2466, 26.44, 28.80},
		{"IBM.days_late", 2466, 3.44, 4.82},
	} {
		a := one(t, ask(t, d, c.measure, period, nil, nil))
		if a.N != c.n || !near(*a.Value, c.value, 2) {
			t.Errorf("%s: got n %d, %v; published n %d, %v", c.measure, a.N, *a.Value, c.n, c.value)
		}
		a = one(t, ask(t, d, c.measure, period, nil, map[kpi.Dim][]string{kpi.ByRegion: {"818"}}))
		if !near(*a.Value, c.in818, 2) {
			t.Errorf("%s in country 818: got %v, published %v", c.measure, *a.Value, c.in818)
		}
	}
	rows := map[string]int64{}
	for _, a := range ask(t, d, "IBM.days_to_settle", period, []kpi.Dim{kpi.ByRegion}, nil) {
		rows[a.By["region"]] = a.N
	}
	for country, n := range map[string]int64{"391": 616, "406": 561, "770": 506} {
		if rows[country] != n {
			t.Errorf("country %s: got %d invoices, published %d", country, rows[country], n)
		}
	}
}
