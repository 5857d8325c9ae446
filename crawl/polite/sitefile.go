package polite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// fetchRobots reads the robots.txt of an origin through the same doors as
// everything else, but for robots.txt itself and the pause.
func (t *Transport) fetchRobots(ctx context.Context, origin string) (robotsFile, error) {
	return t.fetchSiteFile(ctx, origin+"/robots.txt", func(ctx context.Context, to *url.URL) (*http.Response, error) {
		return t.siteFileHop(ctx, to, aRobotsFile, budget{accept: "text/plain, */*;q=0.5"})
	})
}

// fetchSiteFile reads a file that says something of the whole site. Five redirects
// are followed; after that the file counts as absent (RFC 9309 section 2.3.1.2).
func (t *Transport) fetchSiteFile(ctx context.Context, address string, hop func(context.Context, *url.URL) (*http.Response, error)) (robotsFile, error) {
	to, err := url.Parse(address)
	if err != nil {
		return robotsFile{}, fmt.Errorf("read %s: %w", address, err)
	}
	for hops := 0; ; hops++ {
		resp, err := hop(ctx, to)
		if err != nil {
			if hops > 0 {
				// What another address refused says nothing about this host.
				err = errors.New("its redirect to " + to.String() + " fails: " + err.Error())
			}
			return robotsFile{}, err
		}
		file := robotsFile{Fetched: t.stamp(), Status: resp.StatusCode}
		next, err := redirect(resp)
		if next == nil && err == nil {
			if file.Status >= 200 && file.Status < 300 {
				file.Body, err = io.ReadAll(io.LimitReader(resp.Body, maxRobots+1))
			}
			_ = resp.Body.Close()
			return file, err
		}
		drain(resp)
		if err != nil || hops == maxHops {
			file.Status = http.StatusNotFound
			return file, nil //nolint:nilerr // a redirect to nowhere is an absent file
		}
		to = next
	}
}

func (t *Transport) siteFileHop(ctx context.Context, to *url.URL, what asked, b budget) (*http.Response, error) {
	out, err := t.outgoing(ctx, to)
	if err != nil {
		return nil, err
	}
	out.Header.Set("Accept", b.accept)
	host := out.URL.Hostname()
	t.hosts.meet(ctx, host) // a redirect may lead to another
	if err := t.hosts.quiet(host); err != nil {
		return nil, err
	}
	// The reader stops at 512 KiB; being longer is no fault of such a file.
	b.limit, b.total = 1<<40, 30*time.Second
	resp, err := t.send(ctx, out, b)
	if err != nil {
		return nil, err
	}
	resp.Request = out
	if err := t.backOff(ctx, resp, host, what); err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	return resp, nil
}
