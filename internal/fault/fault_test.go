package fault

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/text"
)

func TestExitCode(t *testing.T) {
	plain := errors.New("disk on fire")
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{plain, 1},
		{New(Internal, "fault.internal", "x"), 1},
		{New(Usage, "period.bad", "x"), 2},
		{New(Refused, "fault.internal", "x"), 3},
		{New(Busy, "fault.internal", "x"), 4},
		{New(NotFound, "fault.internal", "x"), 1},
		{fmt.Errorf("while loading: %w", New(Refused, "fault.internal", "x")), 3}, // wrapped once per layer
	} {
		if got := ExitCode(c.err); got != c.want {
			t.Errorf("%v: exit code %d, want %d", c.err, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	bad := fmt.Errorf("parse flags: %w", New(Usage, "period.bad", "2026-13"))
	zh, en := Text(text.ZH, bad), Text(text.EN, bad)
	if zh == en || zh != text.ZH.T("period.bad", "2026-13") || en != text.EN.T("period.bad", "2026-13") {
		t.Errorf("got %q and %q: want the message in both languages, without the layers above it", zh, en)
	}
	cause := errors.New("cause")
	if e := New(Usage, "period.bad", "x").Because(cause); !errors.Is(e, cause) {
		t.Error("the cause cannot be found")
	}
}

// TestText_permission: what may not be used is no internal error.
func TestText_permission(t *testing.T) {
	err := fmt.Errorf("write lock: %w", &fs.PathError{Op: "open", Path: "/data/warehouse.lock", Err: fs.ErrPermission})
	for lang, want := range map[text.Lang]string{text.ZH: "没有权限访问 /data/warehouse.lock", text.EN: "no permission to use /data/warehouse.lock"} {
		if got := Text(lang, err); !strings.HasPrefix(got, want) {
			t.Errorf("%s", got)
		}
	}
}
