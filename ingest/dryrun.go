package ingest

import (
	"context"
	"strconv"
	"strings"
)

// previewRows is how many rows a dry run shows.
const previewRows = 5

// rehearse reads a prepared file and fills the receipt; nothing is stored and the warehouse is not touched, so rows
// that would meet others there (same key, overlapping owners) are not seen.
func (l *loader) rehearse(ctx context.Context, b *batch, r *Receipt) error {
	owners, err := currentOwners(ctx, nil, b)
	if err != nil {
		return err
	}
	p := &preview{unused: b.plan.header.unused()}
	for i := range b.plan.values {
		v := &b.plan.values[i]
		p.mapping = append(p.mapping, [2]string{v.col.Name, v.origin(b.plan)})
	}
	keep := func(_ record, row []string) error {
		if len(p.rows) < previewRows {
			p.rows = append(p.rows, row)
		}
		b.counts.loaded++
		return nil
	}
	if owners != nil {
		if err = b.each(ctx, l, owners.collect); err == nil {
			err = owners.settle(b, keep)
		}
	} else {
		err = b.each(ctx, l, keep)
	}
	if err == nil {
		err = b.verdict()
	}
	r.take(b)
	r.preview = p
	return err
}

// origin says where a column comes from.
func (v *value) origin(p *plan) string {
	switch {
	case v.konst != nil:
		return strconv.Quote(*v.konst)
	case v.role != notUnpivoted:
		return strings.Join(p.source.Unpivot.Columns, " / ")
	case v.base != nil:
		return v.base.origin(p) + " + " + v.label
	}
	return v.label
}
