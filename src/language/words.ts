/** Small tables of general words. Nothing here belongs to one system; that vocabulary is in the declarations. */

const list = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** Carry no content in any clause. */
export const GENERAL = list(`
  a an the this that these those of for to in on at by with w/ from into onto per via as and & + then so
  my our your me us please pls plz kindly now also too again just currently 's ' up out over
  do make give gimme get have perform let want need needs like`);

/** Carry no content in a clause that only reads; in one that changes something they must be explained. */
export const GENERAL_IN_READS = list(`
  show list get give view check fetch print find everything went
  i we you it they he she them what which who whose where when how is are was were be been being am it's they're i'm
  there any some all every each many much has had does did can could will would about still tell see know look pull having mine their if whether
  whats what're i'd we'd bring display one ones go going gone happening`);

/** Describe an object without naming it: "the stuck pod". */
export const ADJECTIVES = list(`
  bad broken failing failed crashed crashing stuck slow unhealthy new old latest last first next previous other another wrong unnecessary
  unused stale dead hanging faulty flaky busy idle big small right correct usual affected relevant offending problematic misbehaving former`);

/** Refer to what was named before. */
export const PRONOUNS = list('it its them they those these that this one same');

/** The person who asks. */
export const ME = list('me my myself mine i self');

/** Everything, whatever it is: a change must have this scope declared. */
export const BLANKET = list('all every everything everyone everywhere entire whole any anything each both whichever whatever');

/** Never a name unless quoted or introduced by "called": words that describe, point, count time or carry grammar. */
export const NEVER_NAMES = list(`
  bad broken failing failed crashed crashing stuck slow unhealthy healthy new old latest last first next previous current recent
  other another same wrong right different certain specific some many few several multiple single more less most least
  unnecessary unused stale dead running pending open closed active available existing missing correct proper usual
  high low medium critical highest lowest normal urgent overall total full detailed quick brief short exist exists former newest oldest biggest smallest busiest
  is are was were be been being am has had did does will would can could should shall may might must ought
  i we you he she it they them him her his their theirs its who whom whose which what when where why how whether if unless until
  not no never none nothing nobody neither nor without except yes ok okay sure maybe perhaps probably
  here there always often usually yesterday today tomorrow tonight later soon ago already yet still once twice
  very really quite rather only even ever else instead thing things stuff something someone somebody anyone way
  using via within inside outside around across through throughout along
  down off back between after before during since while because though although but or either both than about against
  one ones two three everything anything all any every each whichever whatever handful couple times time
  second minute hour day week month year seconds minutes hours days weeks months years
  namespace namespaces cluster clusters context contexts replicas replica number count status state name named called
  and then also too again please thanks thank hi hey to from in on at of for by with as into onto the a an this that these those
  my our your me us mine now just`);

/** What people ask to be shown: verbs, so no name that was left over. */
export const READ_VERBS = list(
  'show list get display print find follow tail describe view fetch check look give read watch monitor stream count',
);

/** Things of everyday life: what is said about them is not said about software. No name that was left over. */
export const EVERYDAY = list(`
  laptop computer pc mac phone printer tv fridge car bike bus train plane house home room door window table chair bed kitchen garden garage
  clock watch alarm calendar meeting appointment call conversation chat message email mail letter photo picture image video movie film song music
  playlist book story joke recipe lunch dinner breakfast coffee tea beer wine pizza pizzas cake cookies sandwich food dog cat kid kids baby
  wife husband friend friends mom dad boss team people person guy man woman arm arms leg head hand hands hair eye sunscreen lease apartment
  flight ticketing hotel trip holiday vacation game match party birthday weather traffic money bank bill invoice salary bottle glass box bag shoes
  mile miles km meters pixels hours laps steps life world sun moon rain snow river lake sea beach street road city town office desk
  carpet sofa couch wall windows ceiling roof bathtub sink tub taxi vacuum mower lawn plant plants flower flowers jeans shirt dress suit
  paper papers company universe incident ticket issue migration story epic conversation
  membership subscription visa passport loan mortgage rent cv band concert episode season chapter novel marathon`);

/** Parts and properties of things: "delete the pod logs" is about logs, not about a pod of that name. */
export const PARTS = list(`
  log logs event events history output outputs entry entries value values quota quotas permission permissions port ports rule rules pool pools
  note notes candidate candidates annotation annotations label labels selector image images replica replicas spec config configuration setting
  settings status state content contents data file files record records metric metrics volume volumes mount mounts probe probes limit limits
  request requests key keys token tokens credential credentials password passwords user users group groups access owner name names description
  title tag tags version versions revision revisions template templates schedule parameter parameters taint taints pause diff drift chart charts
  resources resource comment comments message messages dashboard alert alerts policy policies role roles backup backups snapshot snapshots copy
  copies cache certificate certificates endpoint endpoints address route routes item items part parts list lists rest reason error errors
  dependency dependencies crd crds queue queues traffic warning warnings problem problems issue issues definition binding bindings restriction restrictions connection connections`);

/** Systems and tools: they say where, and are no name of an object unless introduced as one. */
export const SYSTEM_WORDS = list(`
  kubernetes k8s kube kubectl rancher helm cdk cloudformation cfn aws jira servicenow snow newrelic relic nr splunk figma sharepoint teams mcp
  docker terraform github gitlab slack devos nrql jql git ci cd`);

/** Tools that DevOS does not speak to: a read that names one asks for something else. */
export const OTHER_TOOLS = list(`
  ado azure devops argocd argo datadog dynatrace pagerduty opsgenie jenkins circleci bitbucket confluence trello asana notion zendesk salesforce
  outlook gmail zoom discord telegram whatsapp cloudflare vercel heroku gcp github gitlab slack terraform ansible docker`);

/** Other programs: a line that begins with one is a command for it. */
export const PROGRAMS = list(
  'npm npx yarn pnpm pip apt apt-get yum dnf brew cargo docker podman git aws gcloud az terraform ansible make sudo ssh curl wget systemctl',
);

/** What people ask to be done; in a read they mean that something else was asked for, and they are no name that was left over. */
export const CHANGE_VERBS = list(`
  scale restart delete destroy remove create add update change set edit patch apply deploy install uninstall upgrade undo revert drain cordon
  uncordon expose label annotate assign move transition close open raise file post send share upload register connect disconnect enable
  disable stop start kill pause resume rotate publish generate promote resolve approve reject reboot bounce kick recycle scale resize
  fix repair replace rename migrate copy configure provision grant revoke execute exec trigger write save notify email tell suggest compare
  summarize confirm verify ensure build run push merge commit book order buy order translate`);

/** A change must never come from a guess at one of these. */
export const DESTRUCTIVE_VERBS = list(`
  delete destroy drain uninstall remove wipe purge terminate kill evict drop erase nuke prune clear flush reset
  decommission rm del teardown truncate abort cancel revoke reject`);

/** English words that look like a slip of a vocabulary word and are none. */
export const SPELLING_STOP = list(`
  scare scared scary stale state stage stall still stole store restore story stores stories restored drain train brain grain strain
  roles rolls role rules rule logic login logout logged loss lots long blogs flogs locks look looks book cook
  note notes mode modes code codes none node dodo done dune gone pond pods plod post posts past paste part port ports
  fetch catch watch match patch batch hatch latch get set sets let net bet pet
  list lost last lust least lists mist kiss issues issue tissue value values
  create crate great treat grate cream dream created creates date dates data rate rates late
  describe subscribe prescribe inscribe show shown shows snow slow how shop shot shoe shut
  status statue statute stature history hector revert reverse revision division vision
  update upgrade updated delete deleted deplete dilute replete relate related
  search research starch reach teach beach march much each such rich which watch
  find fine fined fund mind kind bind wind hind wine file files filed fill filled fail fails failed fall
  ticket tickets cricket wicket packet pocket rocket bucket task tasks tank mask ask asks disk desk
  epic topic ethic move moves moved movie mover more mobile love live give prove rove remove removed removes
  undo undone window under until unto bugs buds bags big bigs bus busy but
  change changes charge charges chance range orange arrange exchange
  start restarts started smart start starts chart charts part parts apart
  assign assigned design designs sign signed resign aligned image images manage manager
  service services server servers serve served device devices serious series
  pages page pager paper people place places plane plant plain plan plans please pleased
  their there these those them then than they this thus that what when where while white
  water waiter later lighter letter better matter meter metre after other brother mother another
  would could should world word words work works worker working wording weird
  name names named same game came come some home time times tired timer tried trial
  team teams steam stream mean means meant been being begin began bean
  load loads loaded road read reads ready real rely reply replay relay reply apply
  first fist fast feast feed feeds feel feels field fields
  front from form forms firm farm farms frame frames
  back black pack lack rack track tracks stack stacks snack smack
  test tests text texts next nest rest best west worst
  rollout rollback rolling pulling polling scaling sealing
  cluster clutter blister master matter monster
  light right night might sight eight weight height
  house mouse horse course source force voice choice
  user users used uses use usual able table tables cable stable
  project projects product products process processes progress success access excess
  review reviews preview previews view views viewed
  dose does doze nose rose lose close closes closed clone
  went want wont won wonder warm
  between because before behind below beside besides beyond
  container maintainer contain contains certain curtain captain
  today monday sunday friday weekend quote quotes quoted`);

/** A statement, not a request: these follow its subject. */
export const STATE_VERBS = list(`
  is are was were has have had looks look seems seem feels feel keeps keep needs need went goes got gets found started starts
  wants can will must moved moves expired broke died crashed crashes failed fails hangs hung stopped stops`);

/** What an explanation begins with. */
export const ASIDE_STARTS = list(
  `it it's its they they're we we're we've i i'm i've he he's she she's someone somebody because cause cuz bc since otherwise`,
);
