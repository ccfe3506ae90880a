// Debian's Chromium, and a witness that notes what a page must not do: errors on its console, requests to another
// host, anything its content policy had to stop.
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: FLAGS });
}

export const PHONE = { viewport: { width: 375, height: 760 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
export const DESK = { viewport: { width: 1280, height: 860 } };

/** Watches every page of a context; `complaints` is what it saw. */
export async function watch(context, origin) {
  const complaints = [];
  context.setDefaultTimeout(15_000);
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`content policy: ${event.violatedDirective} stopped ${event.blockedURI}`);
    });
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== origin) complaints.push(`foreign request ${request.url()}`);
  });
  context.on("page", (page) => {
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(`console: ${message.text()} (${page.url()})`);
    });
    page.on("pageerror", (error) => complaints.push(`script: ${error.message} (${page.url()})`));
  });
  return complaints;
}
