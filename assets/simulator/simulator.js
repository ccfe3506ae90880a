// The page of the simulated WeChat: asks for what changed, draws it, sends what the follower does.
// Text of the account only ever becomes text nodes; the server has already cut it into plain segments.
"use strict";

const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const world = { epoch: "", version: 0, followers: [], wire: new Map(), menu: null, faults: null, codes: [] };
const view = { follower: null, filter: "all", typing: false, seen: new Map(), drawn: "", openWire: new Set() };

/* ---- building elements ---- */

function el(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

const mark = () => el("span", { class: "mark", "aria-hidden": "true" }, icon("mark"));

function avatar(follower) {
  const tone = (Number(follower.id.slice(1)) - 1) % 5;
  return el("span", { class: `avatar t${tone}`, "aria-hidden": "true" }, [...follower.name].pop() || "关");
}

const two = (number) => String(number).padStart(2, "0");
function clock(at, seconds) {
  const date = new Date(at);
  const text = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return seconds ? `${text}:${two(date.getSeconds())}` : text;
}

function day(at) {
  const date = new Date(at);
  return `${date.getMonth() + 1}月${date.getDate()}日 ${clock(at)}`;
}

/* ---- talking to the server ---- */

async function act(name, body) {
  try {
    const response = await fetch(`/simulator/act/${name}`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
    });
    const answer = response.status === 204 ? {} : await response.json();
    if (!response.ok) toast(answer.error || "没有成功，请再试一次");
    return response.ok ? answer : null;
  } catch {
    toast("连接不上服务器");
    return null;
  }
}

async function poll() {
  try {
    const response = await fetch(`/simulator/state?since=${world.version}&epoch=${encodeURIComponent(world.epoch)}`);
    if (!response.ok) throw new Error(String(response.status));
    take(await response.json());
    link("ok", "已连接");
    setTimeout(poll, 60);
  } catch {
    link("bad", "连接中断，正在重试");
    setTimeout(poll, 1500);
  }
}

function link(level, text) {
  const pill = $("link-state");
  if (pill.textContent !== text) { pill.className = `pill ${level}`; pill.textContent = text; }
}

function take(state) {
  if (state.epoch !== world.epoch) {
    Object.assign(world, { epoch: state.epoch, version: 0, followers: [], wire: new Map() });
    Object.assign(view, { drawn: "", seen: new Map(), openWire: new Set() });
    $("wire").replaceChildren();
    if (state.unchanged) return;
  }
  world.version = state.version;
  if (state.unchanged) return;
  const known = new Map(world.followers.map((follower) => [follower.id, follower]));
  world.followers = state.followers.map((fresh) => {
    const old = known.get(fresh.id);
    const entries = (old ? old.entries : []).concat(fresh.entries).filter((entry) => entry.id >= fresh.floor);
    return { ...fresh, entries: fresh.floor === 0 ? [] : entries };
  });
  for (const exchange of state.wire) world.wire.set(exchange.id, exchange);
  for (const id of world.wire.keys()) if (id <= state.wire_floor || world.wire.size > 500) world.wire.delete(id);
  Object.assign(world, { account: state.account, menu: state.menu, codes: state.codes });
  if (!view.follower && world.followers.length) view.follower = world.followers[0].id;
  if (!state.arrived) act("arrive", {});
  draw(state);
}

const current = () => world.followers.find((follower) => follower.id === view.follower) || world.followers[0];

function draw(state) {
  drawFollowers();
  drawCodes();
  drawChat();
  drawMenu();
  drawFaults(state.faults);
  drawAbout();
  drawWire(state.wire.map((exchange) => exchange.id));
  waiting();
}

/* ---- followers and codes ---- */

function unread(follower) {
  const seen = view.seen.get(follower.id) || 0;
  return follower.entries.filter((entry) => entry.side === "account" && entry.id > seen).length;
}

function drawFollowers() {
  const focused = document.activeElement && document.activeElement.dataset.key;
  const now = current();
  if (now && now.entries.length) view.seen.set(now.id, now.entries[now.entries.length - 1].id);
  $("followers").replaceChildren(...world.followers.map((follower) => {
    const count = unread(follower);
    const face = avatar(follower);
    if (count) face.append(el("span", { class: "badge" }, String(Math.min(count, 99))));
    const on = now && follower.id === now.id;
    const words = follower.subscribed ? (follower.scene ? `已关注 · 扫码 ${follower.scene}` : "已关注") : "未关注";
    return el("li", { class: on ? "on" : "" },
      el("button", { type: "button", class: "person", "aria-pressed": String(on), "data-key": `p-${follower.id}`, title: follower.openid, onclick: () => choose(follower.id) },
        face, el("span", {}, el("strong", {}, follower.name), el("small", {}, count ? `${words} · ${count} 条未读` : words))),
      el("button", {
        type: "button", class: follower.subscribed ? "quiet tiny plain" : "quiet tiny", "data-key": `s-${follower.id}`,
        "aria-label": `${follower.subscribed ? "取关" : "关注"} ${follower.name}`,
        onclick: () => act(follower.subscribed ? "unsubscribe" : "subscribe", { follower: follower.id }),
      }, follower.subscribed ? "取关" : "关注"));
  }));
  if (focused) document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function choose(id) {
  if (view.follower !== id) closeSheet();
  view.follower = id;
  closePopup();
  drawFollowers(); drawChat(); drawMenu(); waiting();
}

function drawCodes() {
  $("codes-card").hidden = !world.codes.length;
  $("codes").replaceChildren(...world.codes.slice().reverse().map((code) => el("li", {},
    el("span", { title: code.scene }, code.scene),
    el("button", { type: "button", class: "quiet tiny", onclick: () => act("scan", { follower: current().id, ticket: code.ticket }) }, "扫一扫"))));
}

/* ---- chat ---- */

function drawChat() {
  const follower = current();
  if (!follower) return;
  const chat = $("chat");
  const stranger = !follower.subscribed && !follower.entries.some((entry) => entry.side !== "system");
  $("stranger").hidden = !stranger;
  chat.hidden = stranger;
  $("foot").hidden = !follower.subscribed;
  $("screen").classList.toggle("with-chips", follower.subscribed);
  const ids = follower.entries.map((entry) => entry.id);
  const drawn = `${follower.id}:${ids[0]}:${ids[ids.length - 1]}`;
  if (drawn === view.drawn) return;
  const same = view.drawn.startsWith(`${follower.id}:${ids[0]}:`);
  if (!same) { chat.replaceChildren(); view.last = 0; view.lastAt = 0; }
  chat.querySelector(".talk.waits")?.remove();
  for (const entry of follower.entries.filter((entry) => entry.id > view.last)) {
    if (entry.at - view.lastAt > 300000) chat.append(el("div", { class: "time" }, clock(entry.at)));
    chat.append(bubble(entry, follower));
    view.last = entry.id; view.lastAt = entry.at;
  }
  view.drawn = drawn;
  const last = follower.entries[follower.entries.length - 1];
  requestAnimationFrame(() => {
    const tall = chat.lastElementChild && chat.lastElementChild.offsetHeight > chat.clientHeight - 60;
    if (last && tall && last.side === "account") chat.lastElementChild.scrollIntoView({ block: "start" });
    else chat.scrollTop = chat.scrollHeight;
  });
}

function bubble(entry, follower) {
  const content = entry.content;
  if (content.kind === "notice") {
    return el("div", { class: "grey" }, el("span", {}, content.text));
  }
  if (content.kind === "news") return newsCard(content.articles);
  if (content.kind === "template") return templateCard(content, entry.at);
  const mine = entry.side === "follower";
  const inner = content.kind === "media"
    ? el("div", { class: "bubble media" }, icon({ 图片: "image", 语音: "voice", 视频: "video", 位置: "place" }[content.what] || "out"), el("span", {}, content.what, el("br"), el("small", {}, content.note)))
    : el("div", { class: "bubble" }, ...content.segments.map(segment));
  const who = el("span", { class: "sr" }, mine ? `${follower.name}：` : "公众号：");
  return el("div", { class: mine ? "talk mine" : "talk" }, mine ? avatar(follower) : mark(), who, inner);
}

function segment(part) {
  if (part.url) return tappable(el("a", {}, part.text), part.url);
  if (part.say) {
    return el("button", { type: "button", class: "say", onclick: () => act("text", { follower: current().id, content: part.say, menu_id: part.say_id || "" }) }, part.text);
  }
  return document.createTextNode(part.text);
}

function tappable(anchor, url) {
  anchor.href = openAddress(url);
  anchor.target = "frame-blocked";
  anchor.addEventListener("click", (event) => { event.preventDefault(); openPage(url, anchor); });
  return anchor;
}

function picture(url) {
  if (!/^https?:/.test(url)) return null;
  const img = el("img", { src: url, alt: "", loading: "lazy", referrerpolicy: "no-referrer" });
  img.addEventListener("error", () => img.remove());
  return img;
}

function newsCard(articles) {
  const [first, ...rest] = articles;
  const art = el("div", { class: "lead-art" }, el("span", { class: "ghost", "aria-hidden": "true" }, icon("mark")), picture(first.picture));
  const lead = rest.length
    ? el("a", {}, art)
    : el("a", {}, first.picture ? art : null, el("div", { class: "single" }, el("strong", {}, first.title), first.description ? el("p", {}, first.description) : null));
  if (rest.length) art.append(el("strong", {}, first.title));
  return el("div", { class: "news" }, first.url ? tappable(lead, first.url) : lead,
    ...rest.map((item) => {
      const row = el("a", { class: "art" }, el("strong", {}, item.title), el("span", { class: "thumb", "aria-hidden": "true" }, icon("mark"), picture(item.picture)));
      return item.url ? tappable(row, item.url) : row;
    }));
}

const KINDS = { thing: "事项", time: "时间", date: "日期", phrase: "状态", const: "类别", enum: "类别", character_string: "编号", number: "数量", name: "姓名", phone_number: "电话", amount: "金额", letter: "代码", symbol: "标记", car_number: "车牌" };

function templateCard(content, at) {
  const label = (row) => row.label || KINDS[row.key.replace(/\d+$/, "")] || row.key;
  const rows = content.rows.map((row) => el("div", {}, el("dt", {}, label(row)), el("dd", {}, row.value)));
  const inner = [
    el("div", { class: "notice-head" }, mark(), el("span", {}, $("account-name").textContent), el("time", {}, day(at))),
    el("h3", {}, content.title),
    el("dl", {}, ...rows),
  ];
  if (!content.url) return el("div", { class: "notice", title: `模板 ${content.template_id}` }, ...inner);
  const card = el("a", {}, ...inner, el("div", { class: "notice-foot" }, "查看详情", icon("next")));
  return el("div", { class: "notice", title: `模板 ${content.template_id}` }, tappable(card, content.url));
}

// Three dots while a delivery is under way, but only if it takes long enough to be noticed.
function waiting() {
  clearTimeout(view.waitTimer);
  const chat = $("chat");
  const follower = current();
  const busy = follower && [...world.wire.values()].some((exchange) => exchange.follower === follower.id
    && exchange.direction === "callback" && exchange.verdict.level === "wait" && !/打开网页|回执|取消关注/.test(exchange.title));
  if (!busy) { chat.querySelector(".waits")?.remove(); return; }
  view.waitTimer = setTimeout(() => {
    if (chat.querySelector(".waits")) return;
    chat.append(el("div", { class: "talk waits", "aria-hidden": "true" }, mark(), el("div", { class: "bubble pending" }, el("i"), el("i"), el("i"))));
    chat.scrollTop = chat.scrollHeight;
  }, 350);
}

/* ---- menu, input, tray ---- */

function drawMenu() {
  const text = JSON.stringify(world.menu);
  const typing = view.typing || !world.menu;
  $("swap").hidden = !world.menu;
  $("menu").hidden = typing;
  $("compose").hidden = !typing;
  if (!typing) $("tray").hidden = true;
  $("swap").replaceChildren(icon(typing ? "list" : "keys"));
  $("swap").setAttribute("aria-label", typing ? "切换到菜单" : "切换到输入文字");
  if (text === view.menuText) return;
  view.menuText = text;
  closePopup();
  $("menu").replaceChildren(...(world.menu || []).map((button, place) => {
    const subs = (button.sub_button || []).length > 0;
    return el("button", {
      type: "button", "aria-haspopup": subs ? "menu" : null, "aria-expanded": subs ? "false" : null,
      onclick: (event) => (subs ? togglePopup(event.currentTarget, button, place) : tap(place, null, event.currentTarget)),
    }, subs ? icon("list") : null, el("span", {}, button.name));
  }));
}

async function tap(button, sub, from) {
  closePopup();
  const body = { follower: current().id, button };
  if (sub !== null) body.sub = sub;
  const answer = await act("menu", body);
  if (answer && answer.open) openPage(answer.open, from);
}

function togglePopup(from, button, place) {
  const open = from.getAttribute("aria-expanded") === "true";
  closePopup();
  if (open) return;
  const popup = $("popup");
  popup.replaceChildren(...button.sub_button.map((sub, index) =>
    el("button", { type: "button", role: "menuitem", onclick: () => tap(place, index, from) }, sub.name)));
  popup.hidden = false;
  from.setAttribute("aria-expanded", "true");
  const middle = from.offsetLeft + from.offsetWidth / 2;
  const room = $("foot").clientWidth - popup.offsetWidth - 8;
  const left = Math.max(8, Math.min(middle - popup.offsetWidth / 2, room));
  popup.style.left = `${left}px`;
  popup.style.setProperty("--tip", `${middle - left}px`);
  popup.firstElementChild.focus({ preventScroll: true, focusVisible: false });
  view.popupFrom = from;
}

function closePopup(refocus) {
  $("popup").hidden = true;
  for (const button of $("menu").querySelectorAll("[aria-expanded=true]")) button.setAttribute("aria-expanded", "false");
  if (refocus && view.popupFrom) view.popupFrom.focus();
}

function say(content) {
  const text = content.trim();
  if (text) act("text", { follower: current().id, content: text });
}

/* ---- the page inside the phone ---- */

const openAddress = (url) => `/simulator/open?follower=${encodeURIComponent(current().id)}&url=${encodeURIComponent(url)}`;

function isElsewhere(url) {
  try { return new URL(url, location.href).origin !== location.origin; } catch { return false; }
}

function openPage(url, from) {
  // Pages of another server may refuse to be framed, as ours do with a real configuration: they get a tab of their own.
  if (isElsewhere(url)) {
    window.open(openAddress(url), "_blank", "noopener");
    toast("已在新标签页中打开");
    return;
  }
  view.sheetFrom = from;
  view.sheetUrl = url;
  $("sheet-out").href = openAddress(url);
  $("sheet-title").textContent = "正在打开…";
  $("progress").hidden = false;
  $("frame").src = openAddress(url);
  $("sheet").inert = false;
  $("sheet").classList.add("up");
  $("sheet-close").focus({ preventScroll: true, focusVisible: false });
  clearInterval(view.titleTimer);
  view.titleTimer = setInterval(readTitle, 500);
}

function readTitle() {
  let title = "";
  try {
    title = $("frame").contentDocument.title;
  } catch {
    title = ""; // Another origin: its name has to do.
  }
  if (!title && $("progress").hidden) {
    try { title = new URL(view.sheetUrl).host; } catch { title = ""; }
  }
  if (title && $("sheet-title").textContent !== title) $("sheet-title").textContent = title;
}

function closeSheet() {
  const sheet = $("sheet");
  if (!sheet.classList.contains("up")) return;
  clearInterval(view.titleTimer);
  sheet.classList.remove("up");
  sheet.inert = true;
  setTimeout(() => { if (!sheet.classList.contains("up")) $("frame").removeAttribute("src"); }, 320);
  if (view.sheetFrom && view.sheetFrom.isConnected) view.sheetFrom.focus({ preventScroll: true, focusVisible: false });
}

function toast(text) {
  const node = $("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(view.toastTimer);
  view.toastTimer = setTimeout(() => { node.hidden = true; }, 2600);
}

/* ---- switches ---- */

const HEALTHY = { copies: 0, drop_answers: 0, read_delay_ms: 0, slow_body_ms: 0, old_key: false, old_key_value: "", wrong_signature: false, clock_shift_secs: 0, double_redirect: false, snapshot_user: false, receipt: "success", api: { code: -1, path: "*", remaining: 0, share: 0 }, calls: { kind: "none", path: "/cgi-bin/message/template/send", remaining: 0, share: 0, delay_ms: 12000, not_done: false }, notices: { quota: 0, repeated: "same", timing: "usual", receipt_zero: false } };

function drawFaults(faults) {
  const form = $("faults");
  for (const field of form.elements) {
    if (!field.name) continue;
    const value = field.name.split(".").reduce((place, key) => place[key], faults);
    const usual = field.name === "mode" ? value : field.name.split(".").reduce((place, key) => place[key], HEALTHY);
    const idle = ["api.code", "api.path", "old_key_value", "calls.kind", "calls.path", "calls.delay_ms", "calls.not_done"].includes(field.name);
    field.closest(".row, .stack")?.classList.toggle("changed", !idle && value !== usual);
    // What is on its way counts, not what the server said before it came.
    if (unsent > 0) continue;
    if (field === document.activeElement && field.type !== "radio" && field.type !== "checkbox") continue;
    if (field.type === "radio") field.checked = field.value === value;
    else if (field.type === "checkbox") field.checked = value;
    else field.value = field.name === "api.path" && !value ? "*" : field.name === "api.code" && !value ? "-1" : value;
  }
  for (const input of form.querySelectorAll("input[name=mode]")) {
    if (input.value !== "plain") input.disabled = world.account && !world.account.can_seal;
  }
  const changed = form.querySelectorAll(".changed").length > 0;
  $("faults-on").hidden = !changed;
  $("healthy").hidden = !changed;
}

// One after the other: each carries the whole form, so that an earlier one must not come last.
let sending = Promise.resolve();
let unsent = 0;
function sendFaults(faultsOf = formFaults) {
  unsent += 1;
  sending = sending.then(() => act("faults", faultsOf())).finally(() => { unsent -= 1; });
}

// Every switch of the form; a dot in its name is a record inside the record.
function formFaults() {
  const faults = {};
  for (const field of $("faults").elements) {
    if (!field.name || (field.type === "radio" && !field.checked)) continue;
    const keys = field.name.split(".");
    const last = keys.pop();
    const place = keys.reduce((record, key) => (record[key] ??= {}), faults);
    const number = Math.trunc(Number(field.value)) || 0;
    place[last] = field.type === "checkbox" ? field.checked
      : field.type !== "number" ? field.value
        : field.min === "0" ? Math.max(0, number) : number;
  }
  return faults;
}

function drawAbout() {
  const facts = [["回调地址", world.account.callback_url], ["接口地址（wechat.api_base_url）", `${location.origin}/simulator/api`], ["授权地址（wechat.oauth_base_url）", `${location.origin}/simulator/oauth`], ["appid", world.account.app_id], ["原始 ID", world.account.original_id]];
  if ($("about").childElementCount) return;
  $("about").replaceChildren(...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value || "（空）"))));
}

/* ---- the wire ---- */

const WAYS = { callback: "微信 → 服务器", api: "服务器 → 微信", oauth: "浏览器 → 微信" };
const CALLS = { "/cgi-bin/token": "获取 access_token", "/cgi-bin/stable_token": "获取稳定版 access_token", "/sns/oauth2/access_token": "用 code 换取 openid", "/cgi-bin/menu/create": "发布菜单", "/cgi-bin/menu/get": "查询菜单", "/cgi-bin/menu/delete": "删除菜单", "/cgi-bin/get_current_selfmenu_info": "查询当前菜单", "/cgi-bin/user/info": "查询关注者", "/cgi-bin/qrcode/create": "生成带参二维码", "/cgi-bin/message/custom/send": "发送客服消息", "/cgi-bin/message/template/send": "发送模板消息", "/cgi-bin/template/get_all_private_template": "查询模板列表", "/cgi-bin/getcallbackip": "查询回调来源地址", "/cgi-bin/clear_quota": "清零调用额度" };

function passes(exchange) {
  if (view.filter === "all") return true;
  if (view.filter === "bad") return exchange.verdict.level === "bad" || exchange.verdict.level === "warn";
  return view.filter === "callback" ? exchange.direction === "callback" : exchange.direction !== "callback";
}

function drawWire(changed) {
  const list = $("wire");
  for (const row of [...list.children]) if (!world.wire.has(Number(row.dataset.id))) row.remove();
  for (const id of changed) {
    const exchange = world.wire.get(id);
    if (!exchange) continue;
    const old = list.querySelector(`[data-id="${id}"]`);
    const row = exchangeRow(exchange);
    if (old) {
      const focused = old.contains(document.activeElement);
      old.replaceWith(row);
      if (focused) row.querySelector("summary").focus();
    } else {
      const next = [...list.children].find((other) => Number(other.dataset.id) < id);
      list.insertBefore(row, next || null);
    }
  }
  $("wire-empty").style.display = [...list.children].some((row) => !row.hidden) ? "none" : "block";
}

function exchangeRow(exchange) {
  const words = WAYS[exchange.direction];
  const follower = world.followers.find((one) => one.id === exchange.follower);
  const details = el("details", { open: view.openWire.has(exchange.id) },
    el("summary", {},
      el("span", { class: `way ${exchange.direction}`, title: words }, icon(exchange.direction)),
      el("span", { class: "what" }, el("b", {}, CALLS[exchange.title] || exchange.title),
        el("small", {}, [clock(exchange.at, true), words, CALLS[exchange.title] && exchange.title, follower && follower.name].filter(Boolean).join(" · "))),
      el("span", { class: `pill ${exchange.verdict.level}`, title: exchange.verdict.text }, exchange.verdict.text),
      el("span", { class: "ms" }, exchange.verdict.level === "wait" ? "…" : `${exchange.ms} ms`)));
  const fill = () => { if (details.open && !details.querySelector(".inside")) details.append(inside(exchange)); };
  details.addEventListener("toggle", () => { view.openWire[details.open ? "add" : "delete"](exchange.id); fill(); });
  fill();
  return el("li", { "data-id": String(exchange.id), hidden: !passes(exchange) }, details);
}

function inside(exchange) {
  const part = (name, text, extra) => (text ? el("div", {}, el("h3", {}, name, extra ? el("span", {}, extra) : null), el("pre", { tabindex: "0" }, ...pretty(text))) : null);
  const callback = exchange.direction === "callback";
  const status = exchange.status ? `HTTP ${exchange.status}` : "没有答复";
  return el("div", { class: "inside" },
    el("div", {}, el("h3", {}, "判定"), el("span", { class: `pill ${exchange.verdict.level}` }, exchange.verdict.text)),
    part("地址", `${exchange.method} ${exchange.url.replace(/[?&]/g, "\n  $&")}`),
    part(callback ? "发送的消息" : "请求", exchange.request),
    part("消息明文（加密前）", exchange.request_clear),
    part(callback ? "服务器的答复" : "平台的答复", exchange.reply || (exchange.status ? "（空）" : ""), status),
    part("答复明文（解密后）", exchange.reply_clear));
}

// XML and JSON get line breaks and a little colour; anything else is shown as it is.
function pretty(text) {
  const start = text.trimStart()[0];
  if (start === "{" || start === "[") {
    try { text = JSON.stringify(JSON.parse(text), null, 2); } catch { return [text]; }
    return paint(text, /("(?:[^"\\]|\\.)*")(\s*:)/g, (match) => [el("span", { class: "key" }, match[1]), match[2]]);
  }
  if (start !== "<") return [text];
  let depth = 0;
  const lines = text.replace(/>\s*<(?!!\[CDATA)/g, ">\n<").replace(/\]\]>\s*\n<\//g, "]]></").split("\n").map((line) => {
    if (/^<\//.test(line)) depth = Math.max(0, depth - 1);
    const shown = (/^</.test(line) ? "  ".repeat(depth) : "") + line;
    if (/^<[^/!][^>]*[^/]?>$/.test(line) && !/<\//.test(line) && !/\/>$/.test(line)) depth += 1;
    return shown;
  }).join("\n");
  return paint(lines, /(<!\[CDATA\[|\]\]>)|(<\/?)([A-Za-z][\w-]*)([^<>]*>)/g, (match) => (match[1]
    ? [el("span", { class: "tag" }, match[1])]
    : [el("span", { class: "tag" }, match[2]), el("span", { class: "name" }, match[3]), el("span", { class: "tag" }, match[4])]));
}

function paint(text, pattern, parts) {
  const out = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    out.push(text.slice(at, match.index), ...parts(match));
    at = match.index + match[0].length;
  }
  out.push(text.slice(at));
  return out;
}

/* ---- listening ---- */

function tick() {
  for (const node of [$("clock"), document.querySelector(".clock-copy")]) node.textContent = clock(Date.now());
}

$("new-follower").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await act("follower", { name: $("new-name").value });
  $("new-name").value = "";
  if (answer) choose(answer.id);
});
$("follow").addEventListener("click", () => act("subscribe", { follower: current().id }));
$("chips").addEventListener("click", (event) => { const text = event.target.closest("[data-say]")?.dataset.say; if (text) say(text); });
$("swap").addEventListener("click", () => { view.typing = !view.typing; closePopup(); drawMenu(); if (view.typing) $("say").focus(); });
$("compose").addEventListener("submit", (event) => { event.preventDefault(); say($("say").value); $("say").value = ""; $("say").dispatchEvent(new Event("input")); });
$("say").addEventListener("input", () => { const some = $("say").value.trim() !== ""; $("send").hidden = !some; $("more").hidden = some; });
$("more").addEventListener("click", () => { $("tray").hidden = !$("tray").hidden; $("more").setAttribute("aria-expanded", String(!$("tray").hidden)); });
$("tray").addEventListener("click", (event) => { const what = event.target.closest("[data-media]")?.dataset.media; if (what) act("media", { follower: current().id, what }); });
$("sheet-close").addEventListener("click", closeSheet);
$("frame").addEventListener("load", () => { if ($("frame").getAttribute("src")) { $("progress").hidden = true; readTitle(); } });
$("faults").addEventListener("change", () => sendFaults());
$("faults").addEventListener("submit", (event) => event.preventDefault());
$("healthy").addEventListener("click", () => sendFaults(() => ({ ...HEALTHY, mode: $("faults").elements.mode.value })));
$("expire").addEventListener("click", async () => { if (await act("expire-tokens", {})) toast("已全部过期"); });
$("revoke").addEventListener("click", async () => { if (await act("revoke-tokens", {})) toast("已作废，下一次调用得到 40001"); });
$("clear").addEventListener("click", () => act("clear-wire", {}));
for (const input of document.querySelectorAll("input[name=wire]")) {
  input.addEventListener("change", () => {
    view.filter = input.value;
    for (const row of $("wire").children) row.hidden = !passes(world.wire.get(Number(row.dataset.id)));
    drawWire([]);
  });
}
document.addEventListener("click", (event) => { if (!event.target.closest("#popup, #menu")) closePopup(); });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { if (!$("popup").hidden) closePopup(true); else closeSheet(); }
  if (!$("popup").hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const items = [...$("popup").children];
    const step = event.key === "ArrowDown" ? 1 : items.length - 1;
    items[(items.indexOf(document.activeElement) + step) % items.length].focus();
    event.preventDefault();
  }
});
setInterval(tick, 5000);
tick();
poll();
