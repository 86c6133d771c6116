package transform

import (
	"context"
	"database/sql/driver"
	"errors"
	"iter"

	"github.com/kamlens/kamlens/internal/kpi"
)

// answerColumns are the columns of answers.parquet: what the door answered about the period when it was closed, for the
// company and by each of the grains.
const answerColumns = `kpi VARCHAR, period VARCHAR, grain VARCHAR, member VARCHAR, num BIGINT, den BIGINT, "value" DOUBLE,
	low DOUBLE, high DOUBLE, n BIGINT, p50 DOUBLE, p90 DOUBLE, target DOUBLE, status VARCHAR`

// frozenAnswer is one answer at one grain; the company's grain is "".
type frozenAnswer struct {
	grain kpi.Dim
	kpi.Answer
}

// answers asks for every measure of the part at every grain.
func (f *Freezing) answers(ctx context.Context) (list []frozenAnswer, err error) {
	door, err := kpi.Open(ctx, f.o.Snapshot, Options{Config: f.o.Config}.resources())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, door.Close()) }()
	for _, grain := range []kpi.Dim{"", kpi.ByTeam, kpi.ByRegion, kpi.ByTier, kpi.ByManager} {
		q := kpi.Question{KPIs: f.Measures, Period: f.o.Period}
		if grain != "" {
			q.By = []kpi.Dim{grain}
		}
		answers, err := door.Query(ctx, kpi.Everything(), q)
		if err != nil {
			return nil, err
		}
		for _, a := range answers {
			list = append(list, frozenAnswer{grain, a})
		}
	}
	return list, nil
}

func answerRows(list []frozenAnswer) iter.Seq[[]driver.Value] {
	return func(yield func([]driver.Value) bool) {
		for _, a := range list {
			row := []driver.Value{a.KPI, a.Period, string(a.grain), a.By[string(a.grain)], orNull(a.Num), orNull(a.Den), orNull(a.Value),
				orNull(a.Low), orNull(a.High), a.N, orNull(a.P50), orNull(a.P90), orNull(a.Target), string(a.Status)}
			if !yield(row) {
				return
			}
		}
	}
}

// orNull is what a pointer points to, NULL for nil.
func orNull[T any](p *T) driver.Value {
	if p == nil {
		return nil
	}
	return *p
}
