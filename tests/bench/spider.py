"""The peer of the crawl bench: Scrapy fetches, trafilatura reads.

    python spider.py PAGES PORT
"""
import sys

import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess

HOSTS = 32
n_pages, port = int(sys.argv[1]), int(sys.argv[2])


class Pages(scrapy.Spider):
    name = "pages"
    n_done = n_letters = 0

    async def start(self):
        for number in range(n_pages):
            url = f"http://127.0.2.{number % HOSTS + 1}:{port}/p/{number}.html"
            yield scrapy.Request(url, dont_filter=True)

    def parse(self, response):
        text = trafilatura.extract(response.body, include_comments=False) or ""
        Pages.n_done += 1
        Pages.n_letters += len(text)


process = CrawlerProcess(
    {
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": HOSTS,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        "RETRY_ENABLED": False,
    }
)
process.crawl(Pages)
process.start()
with open("/proc/self/status", encoding="ascii") as status:
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(f"{Pages.n_done} pages with {Pages.n_letters // max(1, Pages.n_done)} letters of text each, peak {peak} kB")
if Pages.n_done < n_pages:
    sys.exit(f"only {Pages.n_done} of {n_pages} pages came")
