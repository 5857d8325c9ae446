package feeds

import (
	"slices"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"vigie"
)

// maxWish bounds what a feed can ask for; a ttl of years is a mistake.
const maxWish = 366 * 24 * time.Hour

// rssWishes reads when an RSS channel wants to be read again: ttl, skipHours and
// skipDays (RSS 2.0 and 0.91), and the Syndication module of RSS 1.0.
func rssWishes(f *rss.Feed) vigie.Wishes {
	w := syndication(f.Extensions)
	if minutes, err := strconv.Atoi(strings.TrimSpace(f.TTL)); err == nil && minutes > 0 {
		w.Every = min(time.Duration(min(minutes, int(maxWish/time.Minute)))*time.Minute, maxWish)
	}
	for _, text := range f.SkipHours {
		hour, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || hour < 0 || hour > 24 {
			continue
		}
		hour %= 24 // RSS 0.91 counts from 1 to 24
		if !slices.Contains(w.SkipHours, hour) {
			w.SkipHours = append(w.SkipHours, hour)
		}
	}
	for _, text := range f.SkipDays {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if strings.EqualFold(strings.TrimSpace(text), day.String()) && !slices.Contains(w.SkipDays, day) {
				w.SkipDays = append(w.SkipDays, day)
			}
		}
	}
	slices.Sort(w.SkipHours)
	slices.Sort(w.SkipDays)
	return w
}

// syndication reads sy:updatePeriod and sy:updateFrequency (RSS 1.0 module
// Syndication): so many times in a period, once where it does not say.
func syndication(x ext.Extensions) vigie.Wishes {
	period := time.Duration(0)
	switch strings.ToLower(word(x, "sy", "updatePeriod")) {
	case "hourly":
		period = time.Hour
	case "daily":
		period = 24 * time.Hour
	case "weekly":
		period = 7 * 24 * time.Hour
	case "monthly":
		period = 30 * 24 * time.Hour
	case "yearly":
		period = 365 * 24 * time.Hour
	}
	times, err := strconv.Atoi(word(x, "sy", "updateFrequency"))
	if err != nil || times < 1 {
		times = 1
	}
	return vigie.Wishes{Every: period / time.Duration(times)}
}

// word returns the first text of an extension.
func word(x ext.Extensions, prefix, name string) string {
	for _, e := range x[prefix][name] {
		return strings.TrimSpace(e.Value)
	}
	return ""
}
