package dashboard

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"
)

// Door is an open snapshot.
type Door interface {
	Source
	io.Closer
}

// Doors holds the door to the snapshot that is published now and follows the pointer to newer ones. Requests that began
// on an older snapshot end on it; it is closed when the last of them is done.
type Doors struct {
	pointer func(context.Context) (string, error)       // the file name of the published snapshot
	open    func(context.Context, string) (Door, error) // opens it

	refreshing sync.Mutex // one opening at a time
	mu         sync.Mutex // guards what follows
	current    *sharedDoor
}

// sharedDoor is a door with the number of those who use it; the holder itself counts as one.
type sharedDoor struct {
	Door
	name  string
	users int
}

// NewDoors makes a holder; nothing is opened yet.
func NewDoors(pointer func(context.Context) (string, error), open func(context.Context, string) (Door, error)) *Doors {
	return &Doors{pointer: pointer, open: open}
}

// Lease is the right to use one snapshot until Release.
type Lease struct {
	Source
	Snapshot string
	release  func() error
}

// Release gives the snapshot back.
func (l Lease) Release() error { return l.release() }

// Use returns the snapshot that is published now. The first call opens it.
func (d *Doors) Use(ctx context.Context) (Lease, error) {
	if l, ok := d.lease(); ok {
		return l, nil
	}
	if err := d.Refresh(ctx); err != nil {
		return Lease{}, err
	}
	l, ok := d.lease()
	if !ok {
		return Lease{}, errors.New("the dashboard is closed")
	}
	return l, nil
}

func (d *Doors) lease() (Lease, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.current
	if s == nil {
		return Lease{}, false
	}
	s.users++
	return Lease{Source: s.Door, Snapshot: s.name, release: func() error { return d.giveBack(s) }}, true
}

// giveBack takes one user off s and closes it behind the last.
func (d *Doors) giveBack(s *sharedDoor) error {
	d.mu.Lock()
	s.users--
	last := s.users == 0
	d.mu.Unlock()
	if last {
		return s.Close()
	}
	return nil
}

// Refresh opens the published snapshot if it is another than the one held, and swaps. When it cannot be opened the one
// held stays.
func (d *Doors) Refresh(ctx context.Context) error { return d.refresh(ctx, nil) }

// refresh is [Doors.Refresh]; warm, if any, is called with a snapshot before it takes the place of another, whose readers do not
// wait meanwhile.
func (d *Doors) refresh(ctx context.Context, warm func(Lease)) error {
	d.refreshing.Lock()
	defer d.refreshing.Unlock()
	name, err := d.pointer(ctx)
	if err != nil {
		return err
	}
	if d.holds(name) {
		return nil
	}
	door, err := d.open(ctx, name)
	if err != nil {
		return err
	}
	if warm != nil && d.name() != "" {
		warm(Lease{Source: door, Snapshot: name, release: func() error { return nil }}) // the holder gives it back
	}
	return d.swap(&sharedDoor{Door: door, name: name, users: 1})
}

func (d *Doors) holds(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.current != nil && d.current.name == name
}

func (d *Doors) swap(to *sharedDoor) error {
	d.mu.Lock()
	old := d.current
	d.current = to
	d.mu.Unlock()
	if old == nil {
		return nil
	}
	return d.giveBack(old)
}

// Follow looks for a newer snapshot at every tick until ctx ends. warm is called once with each: before it is swapped in, or,
// with the first, at once. A fault is logged when it appears, not at every tick; that nothing was published so far is none: whoever
// starts the dashboard is told.
func (d *Doors) Follow(ctx context.Context, every time.Duration, log *slog.Logger, warm func(Lease)) {
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	last, begun := "", false
	for ctx.Err() == nil {
		now := ""
		if err := d.refresh(ctx, warm); err != nil && ctx.Err() == nil && !NothingPublished(err) {
			now = err.Error()
		}
		if now != last && now != "" {
			log.WarnContext(ctx, "the published snapshot cannot be opened", "error", now)
		}
		last = now
		if !begun {
			begun = d.warmFirst(ctx, log, warm)
		}
		select {
		case <-ctx.Done():
		case <-ticks.C:
		}
	}
}

// warmFirst warms the snapshot held; false where there is none.
func (d *Doors) warmFirst(ctx context.Context, log *slog.Logger, warm func(Lease)) bool {
	first, ok := d.lease()
	if !ok {
		return false
	}
	warm(first)
	if err := first.Release(); err != nil {
		log.WarnContext(ctx, "close snapshot", "error", err)
	}
	return true
}

// name is the snapshot held, "" when none is.
func (d *Doors) name() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.current == nil {
		return ""
	}
	return d.current.name
}

// Close gives up the snapshot held; requests under way end on it.
func (d *Doors) Close() error {
	d.refreshing.Lock()
	defer d.refreshing.Unlock()
	return d.swap(nil)
}
