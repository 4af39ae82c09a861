// The page of phones: draws what the local Telegram holds and sends back what is done here.
// Plain JavaScript; every text of a message is set as text, never as markup.
'use strict';

const WORDS = {
  fr: {
    subtitle: 'Répétition : un Telegram local, rien ne sort de cette machine', skip: 'Aller aux téléphones',
    speed: 'Vitesse de l’horloge', pause: 'Arrêter l’horloge', morning: 'Matinée à jouer', play: 'Jouer la matinée', stop: 'Arrêter',
    weather: 'Météo de Telegram', weatherHint: 'Ce que le réseau peut faire subir. Vigie doit y survivre.', blockedTitle: 'A bloqué le bot',
    legend: 'Légende', language: 'Langue de la page', phones: 'Téléphones', whereTitle: 'Envoyer une position', lat: 'Latitude', lon: 'Longitude',
    cancel: 'Annuler', sendPosition: 'Envoyer', badPosition: 'Écrivez deux nombres, par exemple 50.9513 et 1.8587.', noSpots: 'Aucun lieu n’a encore de point.',
    message: 'Message', send: 'Envoyer', commands: 'Commandes', position: 'Envoyer une position', start: 'DÉMARRER', blocked: 'Ce téléphone a bloqué le bot · Débloquer',
    edited: 'modifié', edit: 'Modifier ce message', editing: 'Modification', forwarded: 'Transféré', newer: 'Nouveau', emptyChat: 'Rien encore. Appuyez sur Démarrer, ou tapez /start fa-bmx comme sur un tract.',
    rang: 'a sonné', silent: 'sans son', rings: 'sonneries', quiets: 'silencieux', noCommands: 'Le bot n’a encore donné aucune commande à ce téléphone.',
    lost: 'La page a perdu la liaison ; elle réessaie.', missed: 'pas joué : ', over: 'Matinée terminée.', quoteOf: 'Message cité : ', paris: 'heure de Paris',
    observer: 'observation', coordinator: 'coordination', contact: 'contact', resident: 'habitant·e',
    kinds: {
      clear: ['Clair', 'Tout arrive aussitôt.'], slow: ['Lent', 'Chaque réponse met 2,5 secondes.'], crowded: ['Trop de messages (429)', 'Telegram refuse six envois sur dix et demande d’attendre 4 secondes.'],
      lossy: ['Réponses perdues', 'Un envoi sur trois arrive, mais Vigie ne le sait pas.'], outage: ['Panne', 'Telegram est injoignable.'],
    },
    key: [
      ['bell', 'Un message qui sonne : le téléphone tremble une fois, bord orange.'], ['mute', 'Un message sans son.'],
      ['pen', '« modifié » : le texte a changé sur place, sans sonner. Passez sur votre propre message pour le modifier.'],
      ['pin', 'Envoyer une position, comme l’épingle de Telegram.'], ['menu', 'Les commandes que ce téléphone voit, dans sa langue.'],
    ],
  },
  en: {
    subtitle: 'Rehearsal: a local Telegram, nothing leaves this machine', skip: 'Go to the phones',
    speed: 'Speed of the clock', pause: 'Stop the clock', morning: 'Morning to play', play: 'Play the morning', stop: 'Stop',
    weather: 'Telegram’s weather', weatherHint: 'What the network can do to us. Vigie must survive it.', blockedTitle: 'Has blocked the bot',
    legend: 'Legend', language: 'Language of the page', phones: 'Phones', whereTitle: 'Send a position', lat: 'Latitude', lon: 'Longitude',
    cancel: 'Cancel', sendPosition: 'Send', badPosition: 'Write two numbers, such as 50.9513 and 1.8587.', noSpots: 'No place has a point yet.',
    message: 'Message', send: 'Send', commands: 'Commands', position: 'Send a position', start: 'START', blocked: 'This phone has blocked the bot · Unblock',
    edited: 'edited', edit: 'Edit this message', editing: 'Editing', forwarded: 'Forwarded', newer: 'New', emptyChat: 'Nothing yet. Press Start, or type /start fa-bmx as on a flyer.',
    rang: 'rang', silent: 'silent', rings: 'rang', quiets: 'silent', noCommands: 'The bot has not given this phone any commands yet.',
    lost: 'The page has lost its connection; it keeps trying.', missed: 'not played: ', over: 'The morning is over.', quoteOf: 'Quoted message: ', paris: 'Paris time',
    observer: 'observer', coordinator: 'coordinator', contact: 'contact', resident: 'resident',
    kinds: {
      clear: ['Clear', 'Everything arrives at once.'], slow: ['Slow', 'Every answer takes 2.5 seconds.'], crowded: ['Too many messages (429)', 'Telegram refuses six sends out of ten and asks to wait 4 seconds.'],
      lossy: ['Answers lost', 'One send out of three arrives without Vigie knowing.'], outage: ['Outage', 'Telegram cannot be reached.'],
    },
    key: [
      ['bell', 'A message that rings: the phone trembles once, orange edge.'], ['mute', 'A message without sound.'],
      ['pen', '“edited”: the text changed in place, without ringing. Point at your own message to edit it.'],
      ['pin', 'Send a position, like Telegram’s pin.'], ['menu', 'The commands this phone sees, in its language.'],
    ],
  },
};
const AUTONYMS = { fr: 'Français', en: 'English', fa: 'فارسی', prs: 'دری', ti: 'ትግርኛ', ps: 'پښتو', ar: 'العربية', ckb: 'کوردی' };
const SCRIPTS = { fa: 'arab', prs: 'arab', ps: 'arab', ar: 'arab', ckb: 'arab', ti: 'ethi', am: 'ethi' };
const NEAR_BOTTOM_PX = 60;
const BUSY_MS = 4000;
const TOAST_MS = 3500;
const RING_MS = 2600;
// A morning of hours: unless a speed was chosen here, playing goes at this one.
const PLAY_SPEED = 60;

const $ = (id) => document.getElementById(id);
const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } };
let lang = remembered('vigie-lang') || ((navigator.language || 'fr').startsWith('fr') ? 'fr' : 'en');
const t = (key) => WORDS[lang][key];
const locale = () => ({ fr: 'fr-FR', en: 'en-GB' })[lang];

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}
function icon(name, title) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  if (title) { svg.setAttribute('role', 'img'); svg.setAttribute('aria-label', title); } else svg.setAttribute('aria-hidden', 'true');
  return svg;
}
async function post(path, body, phone) {
  try {
    const answer = await fetch(`/page/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    if (answer.ok) return true;
    const why = await answer.text();
    if (phone) phone.toast(why, true); else tell(why, true);
  } catch { if (phone) phone.toast(t('lost'), true); else tell(t('lost'), true); }
  return false;
}

// ---- the text of a message -------------------------------------------------------------------
const TAGS = { bold: 'b', italic: 'i', underline: 'u', strikethrough: 's', code: 'code', pre: 'pre', blockquote: 'blockquote', expandable_blockquote: 'blockquote' };
const BLOCKS = new Set(['pre', 'blockquote', 'expandable_blockquote']);
function piece(entity, text, phone) {
  if (entity.type === 'bot_command') return make('button', { class: 'cmd', type: 'button', onclick: () => phone.say(text) });
  if (entity.type === 'text_link') return make('a', { href: entity.url, rel: 'noopener noreferrer', target: '_blank' });
  if (entity.type === 'spoiler') return make('span', { class: 'spoiler', tabindex: '0' });
  return make(TAGS[entity.type] || 'span', BLOCKS.has(entity.type) ? { dir: 'auto' } : {});
}
function fill(parent, text, from, to, entities, phone) {
  let at = from;
  entities.forEach((entity, index) => {
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || end <= entity.offset) return;
    parent.append(text.slice(at, entity.offset));
    const element = piece(entity, text.slice(entity.offset, end), phone);
    fill(element, text, entity.offset, end, entities.slice(index + 1).filter((inner) => inner.offset < end), phone);
    parent.append(element);
    at = end;
    // A block already ends its line.
    if (BLOCKS.has(entity.type) && text[at] === '\n') at += 1;
  });
  parent.append(text.slice(at, to));
}

// ---- one phone -------------------------------------------------------------------------------
class Phone {
  constructor(data, index) {
    this.id = data.id;
    this.data = data;
    this.drawn = new Map();
    this.unread = 0;
    this.first = true;
    this.answerAt = data.answer ? data.answer.at : null;
    this.rtl = SCRIPTS[data.lang] === 'arab';
    this.build(index);
  }
  build(index) {
    const { data } = this;
    this.roleName = make('span');
    this.rings = make('span'); this.quiets = make('span'); this.small = make('time');
    this.log = make('div', { class: 'log', role: 'log', tabindex: '0', 'aria-live': 'off', onscroll: () => { if (this.nearBottom()) this.newer.hidden = true; } });
    this.newer = make('button', { class: 'newer', type: 'button', hidden: true, onclick: () => this.toBottom() });
    this.toastBox = make('div', { class: 'toast', role: 'status', dir: 'auto', hidden: true });
    this.menu = make('div', { class: 'menu', hidden: true, dir: this.rtl ? 'rtl' : 'ltr' });
    this.text = make('textarea', { rows: '1', dir: 'auto', oninput: () => this.grow(), onkeydown: (event) => { if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); } if (event.key === 'Escape') this.stopEditing(); } });
    this.commands = make('button', { type: 'button', class: 'commands', 'aria-expanded': 'false', onclick: () => this.toggleMenu() }, icon('menu'));
    this.pin = make('button', { type: 'button', onclick: () => askPosition(this) }, icon('pin'));
    this.sendButton = make('button', { class: 'send' }, icon('send'));
    this.editingText = make('span');
    this.editingBar = make('div', { class: 'editing', hidden: true }, icon('pen'), this.editingText, make('button', { type: 'button', 'aria-label': '×', onclick: () => this.stopEditing() }, '×'));
    this.form = make('form', { class: 'input', onsubmit: (event) => { event.preventDefault(); this.submit(); } }, this.commands, this.text, this.pin, this.sendButton);
    this.wide = make('button', { class: 'wide', type: 'button', hidden: true });
    this.keys = make('div', { class: 'keys', hidden: true, dir: this.rtl ? 'rtl' : 'ltr' });
    const initial = [...data.label][0] || '?';
    this.element = make('section', { class: `phone role-${data.role}`, id: `phone-${data.id}`, 'data-key': data.key, 'data-script': SCRIPTS[data.lang] || 'latn' },
      make('header', {}, make('div', { class: 'avatar', 'aria-hidden': 'true' }, initial), make('div', { class: 'who' }, make('strong', { dir: 'auto' }, data.label), this.roleName),
        make('div', { class: 'tally' }, this.small, make('div', { class: 'counts' }, this.rings, this.quiets))),
      this.log, this.newer, this.toastBox, this.menu, this.editingBar, this.form, this.wide, this.keys);
    this.tabCount = make('span', { class: 'unread', hidden: true });
    this.tab = make('button', { type: 'button', role: 'tab', class: `role-${data.role}`, 'aria-controls': this.element.id, id: `tab-${data.id}`, onclick: () => select(index), onkeydown: tabKeys }, make('span', { class: 'dot', 'aria-hidden': 'true' }), make('span', { dir: 'auto' }, data.label), this.tabCount);
  }
  translate() {
    const { data } = this;
    this.roleName.replaceChildren(`${t(data.role)} · `, make('bdi', { lang: data.lang }, AUTONYMS[data.lang] || data.lang || ''));
    this.element.setAttribute('aria-label', `${data.label}, ${t(data.role)}`);
    this.log.setAttribute('aria-label', data.label);
    this.text.placeholder = t('message');
    this.text.setAttribute('aria-label', `${t('message')} · ${data.label}`);
    for (const [button, word] of [[this.commands, 'commands'], [this.pin, 'position'], [this.sendButton, 'send']]) { button.title = t(word); button.setAttribute('aria-label', t(word)); }
    this.editingText.textContent = t('editing');
    this.newer.replaceChildren(icon('down'), t('newer'));
    this.drawn.forEach(({ element }) => element.remove());
    this.drawn.clear();
    this.draw(this.data, true);
  }
  nearBottom() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_BOTTOM_PX; }
  toBottom() { this.log.scrollTop = this.log.scrollHeight; this.newer.hidden = true; }
  grow() { this.text.style.height = '36px'; this.text.style.height = `${Math.min(this.text.scrollHeight + 2, 108)}px`; }
  say(text) { post('say', { phone: this.id, text }, this); }
  async submit() {
    const text = this.text.value.trim();
    if (!text) return;
    const sent = this.editingId ? await post('edit', { phone: this.id, message_id: this.editingId, text }, this) : await post('say', { phone: this.id, text }, this);
    if (sent) { this.stopEditing(); this.toBottom(); }
  }
  edit(bubble) { this.editingId = bubble.message_id; this.text.value = bubble.text; this.editingBar.hidden = false; this.text.focus(); this.grow(); }
  stopEditing() { this.editingId = null; this.editingBar.hidden = true; this.text.value = ''; this.grow(); }
  toast(text, bad = false) {
    this.toastBox.textContent = text; this.toastBox.className = bad ? 'toast bad' : 'toast'; this.toastBox.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => { this.toastBox.hidden = true; }, TOAST_MS);
  }
  toggleMenu(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.commands.setAttribute('aria-expanded', String(open));
    if (!open) return;
    const entries = this.data.menu.map(([name, about]) => make('button', { type: 'button', onclick: () => { this.toggleMenu(false); this.say(`/${name}`); } }, make('b', {}, `/${name}`), make('span', { dir: 'auto' }, about)));
    this.menu.replaceChildren(...(entries.length ? entries : [make('p', { class: 'hint' }, t('noCommands'))]));
    const firstEntry = this.menu.querySelector('button');
    if (firstEntry) firstEntry.focus();
  }
  update(data) {
    const before = new Set(this.data.bubbles.map((bubble) => bubble.message_id));
    this.data = data;
    this.draw(data);
    const fresh = data.bubbles.filter((bubble) => bubble.from_bot && !before.has(bubble.message_id));
    const ringing = fresh.filter((bubble) => !bubble.silent).length;
    if (ringing) this.ring();
    if (fresh.length && !this.element.classList.contains('shown')) this.setUnread(this.unread + ringing);
    if (data.answer && data.answer.at !== this.answerAt) {
      this.answerAt = data.answer.at;
      this.element.querySelectorAll('.busy').forEach((button) => button.classList.remove('busy'));
      if (data.answer.text && data.answer.alert) { $('alert').querySelector('p').textContent = data.answer.text; $('alert').showModal(); } else if (data.answer.text) this.toast(data.answer.text);
    }
  }
  setUnread(count) { this.unread = count; this.tabCount.textContent = count; this.tabCount.hidden = !count; }
  ring() {
    this.element.classList.remove('ring');
    void this.element.offsetWidth;
    this.element.classList.add('ring');
    clearTimeout(this.ringTimer);
    this.ringTimer = setTimeout(() => this.element.classList.remove('ring'), RING_MS);
  }
  draw(data, still = false) {
    const stay = !this.first && !this.nearBottom();
    const shown = data.bubbles.filter((bubble) => !bubble.deleted);
    const keep = new Set();
    let previous = null; let day = null; let arrived = false;
    this.log.querySelectorAll('.day, .empty').forEach((element) => element.remove());
    for (const bubble of shown) {
      keep.add(bubble.message_id);
      const text = JSON.stringify(bubble);
      const known = this.drawn.get(bubble.message_id);
      let element = known && known.element;
      if (!known || known.text !== text) {
        const replacement = this.message(bubble);
        if (known) known.element.replaceWith(replacement); else { arrived = true; if (!this.first && !still) replacement.classList.add('new'); }
        element = replacement;
        this.drawn.set(bubble.message_id, { text, element });
      }
      if (bubble.day !== day) { day = bubble.day; const pill = make('div', { class: 'day' }, dayName(day)); if (previous) previous.after(pill); else this.log.prepend(pill); previous = pill; }
      if (previous.nextSibling !== element) previous.after(element);
      previous = element;
    }
    for (const [id, { element }] of this.drawn) if (!keep.has(id)) { element.remove(); this.drawn.delete(id); }
    if (!shown.length) this.log.append(make('p', { class: 'empty' }, t('emptyChat')));
    this.furnish(data, shown);
    if (stay && arrived) this.newer.hidden = false; else if (!stay) this.toBottom();
    this.first = false;
  }
  furnish(data, shown) {
    const rang = shown.filter((bubble) => bubble.from_bot && !bubble.silent).length;
    const quiet = shown.filter((bubble) => bubble.from_bot && bubble.silent).length;
    this.rings.replaceChildren(icon('bell', t('rings')), String(rang)); this.quiets.replaceChildren(icon('mute', t('quiets')), String(quiet));
    this.element.classList.toggle('blocked', data.blocked);
    const fresh = !data.bubbles.length;
    this.form.hidden = data.blocked || fresh;
    this.wide.hidden = !this.form.hidden;
    this.wide.className = data.blocked ? 'wide warn' : 'wide';
    this.wide.textContent = data.blocked ? t('blocked') : t('start');
    this.wide.onclick = () => { if (data.blocked) post('block', { phone: this.id, blocked: false }, this); else this.say('/start'); };
    this.keys.hidden = !data.reply_keyboard.length || data.blocked;
    this.keys.replaceChildren(...data.reply_keyboard.map((row) => make('div', { class: 'row' }, ...row.map((key) => make('button', { type: 'button', dir: 'auto', onclick: () => (key.request_location ? askPosition(this) : this.say(key.label)) }, key.label)))));
    if (!this.menu.hidden) this.toggleMenu(true);
  }
  message(bubble) {
    const body = make('div', { class: 'bubble' });
    if (bubble.forwarded) body.append(make('div', { class: 'forwarded' }, t('forwarded')));
    if (bubble.reply_to) {
      const { reply_to: quote } = bubble;
      body.append(make('button', { type: 'button', class: 'quote', dir: 'auto', 'aria-label': t('quoteOf') + quote.text, onclick: () => this.show(quote.message_id) }, quote.text || '…'));
    }
    if (bubble.photo) body.append(make('img', { class: 'photo', src: `/page/file/${bubble.photo}`, alt: bubble.text }));
    if (bubble.location) body.append(make('div', { class: 'map' }, icon('pin'), bubble.location.map((degrees) => degrees.toFixed(5)).join(', ')));
    if (bubble.attachment && bubble.attachment !== 'venue') body.append(make('div', { class: 'attachment' }, `[${bubble.attachment}]`));
    if (bubble.text) {
      const text = make('div', { class: 'text', dir: 'auto', lang: bubble.from_bot ? this.data.lang : null });
      fill(text, bubble.text, 0, bubble.text.length, bubble.entities, this);
      body.append(text);
    }
    const meta = make('div', { class: 'meta' });
    if (!bubble.from_bot && bubble.text && !bubble.forwarded && !bubble.photo) meta.append(make('button', { type: 'button', class: 'pen', title: t('edit'), 'aria-label': t('edit'), onclick: () => this.edit(bubble) }, icon('pen')));
    if (bubble.edited) meta.append(make('span', { class: 'edited' }, t('edited')));
    meta.append(make('span', {}, bubble.time));
    if (bubble.from_bot) { const bell = icon(bubble.silent ? 'mute' : 'bell', t(bubble.silent ? 'silent' : 'rang')); bell.classList.add(bubble.silent ? 'quiet' : 'ringing'); meta.append(bell); }
    body.append(meta);
    const rows = bubble.buttons.map((row) => make('div', { class: 'row' }, ...row.map((button) => this.button(bubble, button))));
    const sound = bubble.from_bot ? (bubble.silent ? 'silent' : 'rang') : 'own';
    return make('article', { class: `msg ${sound}`, 'data-id': bubble.message_id }, body, rows.length ? make('div', { class: 'keyboard', dir: this.rtl ? 'rtl' : 'ltr' }, ...rows) : null);
  }
  button(bubble, button) {
    if (button.url) return make('a', { href: button.url, target: '_blank', rel: 'noopener noreferrer', dir: 'auto' }, `${button.label} ↗`);
    return make('button', {
      type: 'button', dir: 'auto', 'data-tap': button.data,
      onclick: (event) => {
        const { currentTarget } = event;
        currentTarget.classList.add('busy');
        setTimeout(() => currentTarget.classList.remove('busy'), BUSY_MS);
        post('tap', { phone: this.id, message_id: bubble.message_id, data: button.data }, this);
      },
    }, button.label);
  }
  show(id) {
    const known = this.drawn.get(id);
    if (!known) return;
    known.element.scrollIntoView({ block: 'center' });
    known.element.classList.remove('found'); void known.element.offsetWidth; known.element.classList.add('found');
  }
}

// ---- the clock -------------------------------------------------------------------------------
let base = null;
function setClock(clock) {
  base = { ...clock, at: performance.now() };
  $('speeds').querySelectorAll('button').forEach((button) => button.setAttribute('aria-pressed', String(Number(button.dataset.speed) === clock.speed)));
  tick();
}
function parisNow() { return new Date(base.now_ms + (performance.now() - base.at) * base.speed + base.paris_offset_s * 1000); }
const two = (number) => String(number).padStart(2, '0');
function dayName(day) { return new Date(`${day}T12:00:00Z`).toLocaleDateString(locale(), { timeZone: 'UTC', day: 'numeric', month: 'long' }); }
function tick() {
  if (!base) return;
  const now = parisNow();
  const minutes = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}`;
  $('clock').replaceChildren(minutes, make('small', {}, `:${two(now.getUTCSeconds())}`));
  $('clock').title = t('paris');
  $('date').textContent = now.toLocaleDateString(locale(), { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  phones.forEach((phone) => { if (phone.small.textContent !== minutes) phone.small.textContent = minutes; });
}

// ---- the script, the weather, the legend -----------------------------------------------------
const state = JSON.parse($('state').textContent);
let speedChosen = false;
function tell(text, bad = false) { $('story').classList.remove('idle'); $('story').querySelector('p').replaceChildren(make('span', { class: bad ? 'missed' : '' }, text)); }
function drawPlaying(playing) {
  state.playing = playing;
  const going = Boolean(playing && !playing.over);
  $('play').querySelector('span').textContent = t(going ? 'stop' : 'play');
  $('play').querySelector('use').setAttribute('href', going ? '#i-stop' : '#i-play');
  $('story').classList.toggle('idle', !playing);
  if (!playing) return;
  $('story').querySelector('i').style.width = `${(100 * playing.done) / Math.max(1, playing.of)}%`;
  const note = playing.over && playing.done === playing.of ? t('over') : playing.note ? playing.note[lang] : '';
  $('story').querySelector('p').replaceChildren(note, make('small', {}, `${playing.done} / ${playing.of}`), playing.missed ? make('small', { class: 'missed' }, t('missed') + playing.missed) : '');
}
function drawWeather(kind) {
  state.weather = kind;
  $('weather-now').textContent = t('kinds')[kind][0];
  $('weather').classList.toggle('rough', kind !== 'clear');
  $('weather').querySelector('summary use').setAttribute('href', kind === 'clear' ? '#i-clear' : '#i-cloud');
  $('kinds').querySelectorAll('input').forEach((input) => { input.checked = input.value === kind; });
}
function drawBlocks() { phones.forEach((phone) => { const box = $(`block-${phone.id}`); if (box) box.checked = phone.data.blocked; }); }
function translate() {
  document.documentElement.lang = lang;
  document.querySelectorAll('[data-t]').forEach((element) => { element.textContent = t(element.dataset.t); });
  document.querySelectorAll('[data-aria]').forEach((element) => { element.setAttribute('aria-label', t(element.dataset.aria)); });
  document.title = lang === 'fr' ? 'Vigie · répétition' : 'Vigie · rehearsal';
  $('langs').querySelectorAll('button').forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.lang === lang)));
  const chosen = $('script').value;
  $('script').replaceChildren(...state.scripts.map((script) => make('option', { value: script.key }, script.title[lang])));
  if (chosen) $('script').value = chosen;
  $('kinds').replaceChildren(...Object.entries(t('kinds')).map(([kind, [name, about]]) => make('label', {}, make('input', { type: 'radio', name: 'kind', value: kind, onchange: () => post('weather', { kind }) }), make('span', {}, make('b', {}, name), make('small', {}, about)))));
  $('blocks').replaceChildren(...phones.map((phone) => make('label', {}, make('input', { type: 'checkbox', id: `block-${phone.id}`, onchange: (event) => post('block', { phone: phone.id, blocked: event.target.checked }) }), make('span', { dir: 'auto' }, phone.data.label))));
  $('legend-list').replaceChildren(
    ...t('key').map(([name, words]) => { const sign = icon(name); sign.classList.add(name === 'bell' ? 'ringing' : 'quiet'); return make('li', {}, sign, make('span', {}, words)); }),
    ...['observer', 'coordinator', 'contact', 'resident'].map((role) => { const swatch = make('span', { class: `swatch role-${role}`, 'aria-hidden': 'true' }); swatch.style.background = 'var(--role)'; return make('li', {}, swatch, make('span', {}, t(role))); }));
  phones.forEach((phone) => phone.translate());
  drawWeather(state.weather); drawBlocks(); drawPlaying(state.playing); tick();
}

// ---- sending a position ----------------------------------------------------------------------
let asking = null;
function askPosition(phone) {
  asking = phone;
  const send = (lat, lon) => { $('where').close(); post('location', { phone: phone.id, lat, lon }, phone); };
  const spots = state.places.map((spot) => make('button', { type: 'button', onclick: () => send(spot.lat, spot.lon) }, spot.name));
  $('spots').replaceChildren(...(spots.length ? spots : [make('p', { class: 'hint' }, t('noSpots'))]));
  $('where').querySelector('.error').textContent = '';
  $('where').showModal();
}
$('where').querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const [lat, lon] = ['lat', 'lon'].map((name) => parseFloat(event.target.elements[name].value.replace(',', '.')));
  if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) { $('where').querySelector('.error').textContent = t('badPosition'); return; }
  $('where').close();
  post('location', { phone: asking.id, lat, lon }, asking);
});
$('where').querySelector('[value="cancel"]').addEventListener('click', () => $('where').close());

// ---- tabs of a narrow window -----------------------------------------------------------------
function select(index) {
  phones.forEach((phone, other) => {
    const shown = other === index;
    phone.element.classList.toggle('shown', shown);
    phone.tab.setAttribute('aria-selected', String(shown));
    phone.tab.tabIndex = shown ? 0 : -1;
    if (shown) { phone.setUnread(0); phone.toBottom(); phone.tab.scrollIntoView({ inline: 'center', block: 'nearest' }); }
  });
  remember('vigie-phone', index);
}
function tabKeys(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const now = phones.findIndex((phone) => phone.tab === event.currentTarget);
  const next = (now + step + phones.length) % phones.length;
  select(next); phones[next].tab.focus();
}

// ---- all together ----------------------------------------------------------------------------
const phones = state.phones.map((data, index) => new Phone(data, index));
$('stage').append(...phones.map((phone) => phone.element));
$('tabs').append(...phones.map((phone) => phone.tab));
$('speeds').addEventListener('click', (event) => { const button = event.target.closest('button'); if (button) { speedChosen = true; post('clock', { speed: Number(button.dataset.speed) }); } });
$('langs').addEventListener('click', (event) => { const button = event.target.closest('button'); if (button) { lang = button.dataset.lang; remember('vigie-lang', lang); translate(); } });
$('play').addEventListener('click', () => {
  if (state.playing && !state.playing.over) { post('play', {}); return; }
  post('play', { script: $('script').value, speed: speedChosen && base.speed > 0 ? base.speed : PLAY_SPEED });
});
document.addEventListener('click', (event) => {
  document.querySelectorAll('.pop[open]').forEach((pop) => { if (!pop.contains(event.target)) pop.open = false; });
  phones.forEach((phone) => { if (!phone.menu.hidden && !phone.menu.contains(event.target) && !phone.commands.contains(event.target)) phone.toggleMenu(false); });
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  document.querySelectorAll('.pop[open]').forEach((pop) => { pop.open = false; });
  phones.forEach((phone) => { if (!phone.menu.hidden) phone.toggleMenu(false); });
});
setClock(state.clock);
translate();
// An address such as /#resident_ti opens on that phone.
const asked = phones.findIndex((phone) => phone.element.dataset.key === location.hash.slice(1));
select(asked >= 0 ? asked : Math.min(Number(remembered('vigie-phone')) || 0, phones.length - 1));
setInterval(tick, 200);
const events = new EventSource('/page/events');
events.onmessage = (message) => {
  const event = JSON.parse(message.data);
  setClock(event.clock);
  for (const data of event.phones) { const phone = phones.find((known) => known.id === data.id); if (phone) phone.update(data); }
  if (event.weather !== state.weather) drawWeather(event.weather);
  if (JSON.stringify(event.playing) !== JSON.stringify(state.playing)) drawPlaying(event.playing);
  drawBlocks();
};
events.onerror = () => tell(t('lost'), true);
events.onopen = () => drawPlaying(state.playing);
