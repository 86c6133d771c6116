package pause_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/pause"
)

func TestFor(t *testing.T) {
	start := time.Now()
	if err := pause.For(t.Context(), 5*time.Millisecond); err != nil || time.Since(start) < 5*time.Millisecond {
		t.Error(err, time.Since(start))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := pause.For(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
