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
// when the run is over, once for all files. So is what came after a batch of which a reject was corrected since.

// replaced notes that the batch took the place of an earlier one, or its own behind the one that it corrects.
func (l *loader) replaced(b *batch) {
	for _, since := range []int64{b.replace, b.behind()} {
		if first, noted := l.unsettled[b.source.Feed]; since != 0 && (!noted || since < first) {
			l.unsettled[b.source.Feed] = since
		}
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
		if b.Kind == kindLoad && b.Feed == name && b.ID > first {
			after++
		}
	}
	if after < 2 { // the one that replaced or corrected it
		return nil
	}
	h.split(list)
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
