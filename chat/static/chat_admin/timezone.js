// Tells the server the browser's time zone, in which the admin shows times.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const known = `chat_timezone=${zone}`;
const isKnown = () => document.cookie.split("; ").includes(known);
if (!isKnown()) {
  // biome-ignore lint/suspicious/noDocumentCookie: the other way is missing in Firefox
  document.cookie = `${known}; path=/; max-age=31536000; samesite=lax`;
  // Only if it was kept: a browser without cookies would load the page for ever.
  if (isKnown() && document.currentScript.dataset.zone !== zone) location.reload();
}
