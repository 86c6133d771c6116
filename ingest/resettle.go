package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
)

// When a file is read anew under a changed mapping, what its earlier batch had superseded comes back at once. What came
// between the two and was settled in view of the earlier one (rows equal to its rows are no versions) is settled anew
// when the run is over, once for all files.

// replaced notes that the batch took the place of an earlier one.
func (l *loader) replaced(b *batch) {
	if b.replace == 0 {
		return
	}
	if first, noted := l.unsettled[b.source.Feed]; !noted || b.replace < first {
		l.unsettled[b.source.Feed] = b.replace
	}
}

// resettle replays the feeds in which batches took the place of others. A history that cannot be replayed, because a
// batch of an older release kept no mapping or its bytes are lost, is said and left as it is.
func (l *loader) resettle(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(l.unsettled)) {
		err := l.connected(ctx, func(conn *sql.Conn) error { return l.resettleFeed(ctx, conn, name, l.unsettled[name]) })
		if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Refused {
			_, err = fmt.Fprintln(l.o.Out, l.o.Lang.T("ingest.unsettled", name, f.In(l.o.Lang)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// resettleFeed replays a feed from the batch after first on, unless nothing but replacements came after it.
func (l *loader) resettleFeed(ctx context.Context, conn *sql.Conn, name string, first int64) error {
	list, err := listBatches(ctx, conn)
	if err != nil {
		return err
	}
	f, ok := feed.Get(name)
	if !ok {
		return fmt.Errorf("feed %s is gone", name)
	}
	h := &history{feed: f, undoers: undoers(list), first: first}
	after := 0
	for _, b := range list {
		if b.Kind != kindLoad || b.Feed != name {
			continue
		}
		if b.ID > first {
			after++
		}
		switch inForce := h.undoers[b.ID] == 0; {
		case inForce && b.ID < first:
			h.kept = append(h.kept, b.ID)
		case inForce:
			h.again = append(h.again, b)
		}
	}
	if after < 2 { // the one that replaced it
		return nil
	}
	err = l.replay(ctx, conn, h, func() error {
		if err := h.difference(ctx, conn, &Retraction{}); err != nil {
			return err
		}
		return h.settle(ctx, conn)
	})
	if err != nil {
		return err
	}
	return l.renewRejects(h)
}
