package dashboard

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// busyDoor notices when it is asked after it was closed, or closed while it is asked.
type busyDoor struct {
	fakeDoor
	faults *atomic.Int32
}

func (d *busyDoor) Query(ctx context.Context, s kpi.Scope, q kpi.Question) ([]kpi.Answer, error) {
	d.using.Add(1)
	defer d.using.Add(-1)
	if d.closed.Load() > 0 {
		d.faults.Add(1)
	}
	time.Sleep(time.Millisecond)
	return (&fakeDoor{}).Query(ctx, s, q)
}

// TestDoors_swapUnderLoad: while snapshots are published every few milliseconds no request fails, none is answered from
// a closed snapshot, and every snapshot but the last is closed.
func TestDoors_swapUnderLoad(t *testing.T) {
	defer goleak.VerifyNone(t)
	var published, faults atomic.Int32
	var mu sync.Mutex
	opened := map[string]*busyDoor{}
	doors := NewDoors(
		func(context.Context) (string, error) { return "snap-" + strconv.Itoa(int(published.Load())), nil },
		func(_ context.Context, name string) (Door, error) {
			mu.Lock()
			defer mu.Unlock()
			opened[name] = &busyDoor{faults: &faults}
			return opened[name], nil
		})
	s, err := New(Options{
		Doors: doors, State: &fakeState{}, Scope: kpi.Everything(), Lang: text.ZH, Zone: time.UTC, Build: "test",
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var background, readers sync.WaitGroup
	background.Go(func() { doors.Follow(ctx, time.Millisecond, s.Log, func(Lease) {}) })
	const readersCount, requests = 4, 40
	for range readersCount {
		readers.Go(func() {
			for i := range requests {
				r := httptest.NewRequest(http.MethodGet, "/kpi/A1?period=2026-"+[]string{"01", "02", "03"}[i%3], nil)
				r.Host = "localhost"
				w := httptest.NewRecorder()
				s.Handler().ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					t.Errorf("request dropped: %d", w.Code)
				}
				published.Add(1)
			}
		})
	}
	readers.Wait()
	stop()
	background.Wait()
	if err := doors.Close(); err != nil {
		t.Error(err)
	}
	if faults.Load() > 0 {
		t.Errorf("%d questions to a closed snapshot", faults.Load())
	}
	if len(opened) < 5 {
		t.Errorf("only %d snapshots were taken up", len(opened))
	}
	for name, d := range opened {
		if d.closed.Load() != 1 {
			t.Errorf("%s was closed %d times", name, d.closed.Load())
		}
	}
}

// TestDoors_keepsTheOld: a snapshot that cannot be opened leaves the one held.
func TestDoors_keepsTheOld(t *testing.T) {
	name := "good"
	d := NewDoors(func(context.Context) (string, error) { return name, nil },
		func(_ context.Context, name string) (Door, error) {
			if name == "bad" {
				return nil, errors.New("bad file")
			}
			return &fakeDoor{}, nil
		})
	if err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	name = "bad"
	if err := d.Refresh(t.Context()); err == nil {
		t.Error("no error")
	}
	l, err := d.Use(t.Context())
	if err != nil || l.Snapshot != "good" {
		t.Errorf("%v %v", l.Snapshot, err)
	}
	if err := l.Release(); err != nil {
		t.Error(err)
	}
}

// TestServe: the server answers on a listener and stops when asked, letting a request under way finish.
func TestServe(t *testing.T) {
	b := newBench(t, kpi.Everything())
	ctx, stop := context.WithCancel(t.Context())
	address, done := b.listen(t, ctx)
	resp, err := http.Get("http://" + address + "/healthz") //nolint:noctx // a test
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil || string(body) != "ok\n" {
		t.Errorf("%q %v", body, err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestDoors_warmsBeforeSwapping: while the second snapshot is warmed readers get the first; each is warmed once.
func TestDoors_warmsBeforeSwapping(t *testing.T) {
	var second atomic.Bool
	d := NewDoors(
		func(context.Context) (string, error) {
			if second.Load() {
				return "two", nil
			}
			return "one", nil
		},
		func(context.Context, string) (Door, error) { return &fakeDoor{}, nil })
	ctx, stop := context.WithCancel(t.Context())
	warmed := make(chan [2]string, 10) // the snapshot warmed, and the one that readers have meanwhile
	var background sync.WaitGroup
	background.Go(func() {
		d.Follow(ctx, time.Millisecond, slog.New(slog.DiscardHandler), func(l Lease) { warmed <- [2]string{l.Snapshot, d.name()} })
	})
	if got := <-warmed; got != [2]string{"one", "one"} {
		t.Errorf("the first: %v", got)
	}
	second.Store(true)
	if got := <-warmed; got != [2]string{"two", "one"} {
		t.Errorf("the second: %v", got)
	}
	for d.name() != "two" {
		time.Sleep(time.Millisecond)
	}
	stop()
	background.Wait()
	if len(warmed) > 0 {
		t.Errorf("warmed again: %v", <-warmed)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// TestDoors_follow: that nothing was published so far is not logged; that what is published is not there is, once.
func TestDoors_follow(t *testing.T) {
	for key, want := range map[string]int{"store.nothing_published": 0, "warehouse.no_snapshot": 1} {
		var log bytes.Buffer
		asked := make(chan struct{}, 100)
		d := NewDoors(func(context.Context) (string, error) {
			select {
			case asked <- struct{}{}:
			default:
			}
			return "", fault.New(fault.NotFound, key, "snap-1")
		}, nil)
		ctx, stop := context.WithCancel(t.Context())
		var background sync.WaitGroup
		background.Go(func() { d.Follow(ctx, time.Millisecond, slog.New(slog.NewTextHandler(&log, nil)), func(Lease) {}) })
		for range 3 {
			<-asked
		}
		stop()
		background.Wait()
		if got := strings.Count(log.String(), "cannot be opened"); got != want {
			t.Errorf("%s is logged %d times, want %d: %s", key, got, want, log.String())
		}
	}
}

// TestPageCache_once: of two who ask for a page one makes it; when making it fails, the other does.
func TestPageCache_once(t *testing.T) {
	c, begun, goOn := newPageCache(), make(chan struct{}), make(chan struct{})
	var made atomic.Int32
	var first sync.WaitGroup
	first.Go(func() {
		_, err := c.once(t.Context(), "tag", func() (rendered, error) {
			made.Add(1)
			close(begun)
			<-goOn
			return rendered{}, errors.New("gone")
		})
		if err == nil {
			t.Error("no error")
		}
	})
	<-begun
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := c.once(gone, "tag", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a reader who left: %v", err)
	}
	close(goOn)
	for range 2 {
		p, err := c.once(t.Context(), "tag", func() (rendered, error) { made.Add(1); return rendered{plain: []byte("x")}, nil })
		if err != nil || string(p.plain) != "x" {
			t.Errorf("%s, %v", p.plain, err)
		}
	}
	first.Wait()
	if made.Load() != 2 {
		t.Errorf("made %d times", made.Load())
	}
}
