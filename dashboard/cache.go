package dashboard

import (
	"context"
	"sync"
)

// pageCache keeps rendered pages under their ETag. A snapshot never changes, so a page under one ETag does not either:
// nothing is ever stale, only too many. The ETag holds the reader's scope, so no page leaks to another reader.
type pageCache struct {
	mu     sync.Mutex
	pages  map[string]rendered
	making map[string]chan struct{} // closed when the page is made, or failed
	bytes  int
}

type rendered struct{ plain, zipped []byte }

// maxCached bounds the memory of cached pages.
const maxCached = 32 << 20

func newPageCache() *pageCache {
	return &pageCache{pages: map[string]rendered{}, making: map[string]chan struct{}{}}
}

// once returns the page under tag, made by render where there is none. Of several who ask for a page at the same time one makes
// it and the others wait; when that fails, the next tries.
func (c *pageCache) once(ctx context.Context, tag string, render func() (rendered, error)) (rendered, error) {
	for {
		kept, made, mine := c.begin(tag)
		if mine {
			break
		}
		if made == nil {
			return kept, nil
		}
		select {
		case <-made:
		case <-ctx.Done():
			return rendered{}, ctx.Err()
		}
	}
	defer c.end(tag)
	p, err := render()
	if err == nil {
		c.put(tag, p)
	}
	return p, err
}

// begin returns the page that is kept, or says whether the caller is to make it; if not, made tells when who does is done.
func (c *pageCache) begin(tag string) (kept rendered, made chan struct{}, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, ok := c.pages[tag]; ok {
		return p, nil, false
	}
	if made, busy := c.making[tag]; busy {
		return rendered{}, made, false
	}
	c.making[tag] = make(chan struct{})
	return rendered{}, nil, true
}

func (c *pageCache) end(tag string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.making[tag])
	delete(c.making, tag)
}

// put keeps a page; when there is no room all older ones go, which a new snapshot has mostly made useless anyway.
func (c *pageCache) put(tag string, p rendered) {
	c.mu.Lock()
	defer c.mu.Unlock()
	size := len(p.plain) + len(p.zipped)
	if c.bytes+size > maxCached {
		c.pages, c.bytes = map[string]rendered{}, 0
	}
	if size <= maxCached {
		c.pages[tag] = p
		c.bytes += size
	}
}
