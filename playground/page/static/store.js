// What the page knows: the server's last word in `screen`, and what only this browser knows beside it.

import { get, post } from "./api.js";

/**
 * @typedef {{id: string, name: string, real_name: string, role: string, is_bot: boolean, can_act: boolean, is_stranger: boolean}} Person
 * @typedef {{id: string, name: string, kind: string, is_archived: boolean, is_shared: boolean, has_bot: boolean, members: number,
 *   news: {ts: string, for_me: boolean}[]}} Channel
 * @typedef {{ts: string, channel: string, user: string, text: string, thread_ts: string, blocks: object[], is_reply: boolean,
 *   is_broadcast: boolean, is_ephemeral: boolean, is_deleted: boolean}} Message
 */

const FIRST_USER = "olga";
const FIRST_CHANNEL = "ops";

class Store extends EventTarget {
  constructor() {
    super();
    this.user = sessionStorage.getItem("user") ?? FIRST_USER;
    this.channel = sessionStorage.getItem("channel") ?? FIRST_CHANNEL;
    /** @type {any} */
    this.screen = null;
    this.thread = "";
    this.tab = "messages";
    this.panel = "";
    this.isOnline = true;
    /** Messages of Slackbot to one person: only here, gone on reload. @type {any[]} */
    this.notes = [];
    /** @type {Set<string>} */
    this.dismissed = new Set();
    /** The newest message that was seen, by person and channel. @type {Record<string, string>} */
    this.seen = JSON.parse(sessionStorage.getItem("seen") ?? "{}");
    /** The slash commands of the app. @type {{command: string, description: string, usages: string[]}[]} */
    this.commands = [];
    this.hasStage = false;
    this.instance = "";
    this.asking = false;
    this.askAgain = false;
  }

  /** Tell everybody who draws. */
  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** Ask once for what does not change. */
  async begin() {
    const { commands, has_stage: hasStage } = await get("/page/setup");
    Object.assign(this, { commands, hasStage });
  }

  /** Look at the server again; while an answer is on its way, once more afterwards. */
  async look() {
    if (this.asking) {
      this.askAgain = true;
      return;
    }
    this.asking = true;
    do {
      this.askAgain = false;
      await this.lookOnce();
    } while (this.askAgain);
    this.asking = false;
  }

  async lookOnce() {
    const asked = [this.user, this.channel].join();
    try {
      const query = new URLSearchParams({ user: this.user, channel: this.channel });
      const screen = await get(`/page/screen?${query}`);
      if (asked !== [this.user, this.channel].join()) {
        this.askAgain = true;
        return;
      }
      this.screen = screen;
      this.isOnline = true;
      this.markSeen();
    } catch (error) {
      if (error.status === 404 && this.user !== FIRST_USER) this.user = FIRST_USER;
      else this.isOnline = false;
    }
    this.changed();
  }

  /** @param {string} user id or name */
  become(user) {
    this.user = user;
    this.thread = "";
    sessionStorage.setItem("user", user);
    return this.look();
  }

  /** @param {string} channel id or name */
  open(channel, tab = "messages") {
    this.channel = channel;
    this.tab = tab;
    this.thread = "";
    sessionStorage.setItem("channel", channel);
    if (tab === "home") post("/control/open-home", { user: this.user }).catch(() => {});
    return this.look();
  }

  /** @param {string} ts of the parent, empty to close */
  openThread(ts) {
    this.thread = ts;
    if (ts && this.panel && window.innerWidth < 1500) this.panel = "";
    this.changed();
  }

  /** @param {string} name of the panel at the right: inspector, stage or empty */
  openPanel(name) {
    this.panel = name;
    if (name && window.innerWidth < 1500) this.thread = "";
    this.changed();
  }

  markSeen() {
    const { me, channel, channels } = this.screen;
    const newest = channels.find((one) => one.id === channel)?.news.at(-1)?.ts;
    if (newest && document.visibilityState === "visible") {
      this.seen[`${me} ${channel}`] = newest;
      sessionStorage.setItem("seen", JSON.stringify(this.seen));
    }
  }

  /** @param {Channel} channel */
  unread(channel) {
    const seen = this.seen[`${this.screen.me} ${channel.id}`] ?? "";
    return channel.news.filter((one) => one.ts > seen);
  }

  /** @param {string} id @returns {Person | undefined} */
  person(id) {
    return this.screen?.people.find((one) => one.id === id);
  }

  /** @returns {Channel} */
  get place() {
    return this.screen.channels.find((one) => one.id === this.screen.channel) ?? this.screen.channels[0];
  }

  /**
   * Let Slackbot say something to the present person alone.
   * @param {string} text
   * @param {{offer?: string, thread?: string}} [more]
   */
  note(text, { offer = "", thread = "" } = {}) {
    const { me, channel, now } = this.screen;
    const newest = this.screen.messages.at(-1)?.ts ?? "0";
    const ts = Math.max(Date.parse(now) / 1000, Number(newest) + 0.000001).toFixed(6);
    this.notes.push({ key: `note-${this.notes.length}`, ts, channel, user: "USLACKBOT", text, offer, reader: me, thread_ts: thread,
      is_reply: Boolean(thread), is_ephemeral: true, blocks: [], attachments: [], files: [], reactions: [], edited_at: "" });
    this.changed();
  }

  /** @param {any} message */
  dismiss(message) {
    this.dismissed.add(message.key ?? message.ts);
    this.changed();
  }

  /** Everything in the open channel that the present person sees, notes of Slackbot included. @returns {any[]} */
  get messages() {
    const { me, channel, messages } = this.screen;
    const notes = this.notes.filter((one) => one.channel === channel && one.reader === me);
    return [...messages, ...notes]
      .filter((one) => !this.dismissed.has(one.key ?? one.ts))
      .sort((a, b) => (a.ts < b.ts ? -1 : 1));
  }
}

export const store = new Store();
