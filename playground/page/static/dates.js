// Moments in words, in the time zone of whoever looks, as Slack's date formats spell them.

import { store } from "./store.js";

const EN = "en-US";
const DAY = 86_400_000;

/** @param {Date} at @param {Intl.DateTimeFormatOptions} options */
const spell = (at, options) => new Intl.DateTimeFormat(EN, options).format(at);

/** The moment of a Slack ts. @param {string} ts */
export const momentOf = (ts) => new Date(Number(ts) * 1000);

/** The playground's present: its clock can be moved. */
export const now = () => new Date(store.screen?.now ?? Date.now());

/** @param {Date} at */
export const clock = (at) => spell(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** @param {Date} at */
export const full = (at) => `${spell(at, { weekday: "long", month: "long", day: "numeric", year: "numeric" })} at ${clock(at)}`;

/** @param {Date} at */
export function day(at) {
  return near(at) ?? spell(at, { weekday: "long", month: "long", day: "numeric" });
}

/** @param {Date} at @returns {string | null} */
function near(at) {
  const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
  const days = Math.round((midnight(at) - midnight(now())) / DAY);
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days] ?? null;
}

/** @param {Date} at */
function ago(at) {
  const seconds = (at.getTime() - now().getTime()) / 1000;
  const words = new Intl.RelativeTimeFormat(EN, { numeric: "auto" });
  const units = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], ["minute", 60]]);
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return words.format(Math.round(seconds / size), unit);
}

const ORDINAL = new Intl.PluralRules(EN, { type: "ordinal" });
const ENDINGS = { one: "st", two: "nd", few: "rd", other: "th" }; // codespell:ignore nd
const nth = (at) => `${at.getDate()}${ENDINGS[ORDINAL.select(at.getDate())]}`;

const lower = (word) => (word ? word.toLowerCase() : null);
const short = (at) => spell(at, { month: "short", day: "numeric", year: "numeric" });
const plain = (at) => `${spell(at, { month: "long" })} ${nth(at)}, ${at.getFullYear()}`;
const long = (at) => `${spell(at, { weekday: "long" })}, ${plain(at)}`;

const TOKENS = {
  date_num: (at) => `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`,
  date_slash: (at) => spell(at, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: plain,
  date_short: short,
  date_long: long,
  date_long_full: long,
  date_pretty: (at) => lower(near(at)) ?? plain(at),
  date_short_pretty: (at) => lower(near(at)) ?? short(at),
  date_long_pretty: (at) => lower(near(at)) ?? long(at),
  day_divider_pretty: (at) => lower(near(at)) ?? long(at),
  time: clock,
  time_secs: (at) => spell(at, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
  ago,
};

/**
 * A moment in Slack's format; the fallback when there is a token that we do not know.
 * @param {number} timestamp seconds
 * @param {string} format
 * @param {string} fallback
 */
export function formatted(timestamp, format, fallback) {
  const at = new Date(timestamp * 1000);
  if (Number.isNaN(at.getTime())) return fallback;
  let known = true;
  const words = format.replace(/\{(\w+)\}/g, (_, token) => {
    if (Object.hasOwn(TOKENS, token)) return TOKENS[token](at);
    known = false;
    return "";
  });
  return known ? words : fallback || format;
}
