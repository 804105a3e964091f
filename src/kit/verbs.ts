/** What people say for the same deed, as parts of trigger lines: `${verbs.make} & namespace`. What only one system says stays in its declarations. */
const make = 'create|make|add|new|set up|setup|spin up|stand up|bring up|provision|build|generate|define|produce|introduce';
const remove =
  'delete|remove|get rid of|drop|erase|rm|del|destroy|wipe|clean up|trash|throw away|throw out|discard|dispose of|ditch|axe|zap|nuke';
const update = 'update|change|modify|edit|adjust|alter|set|correct|amend|revise|switch';

export const verbs = {
  /** Something that is not there yet. */
  make,
  /** A record that people keep: a ticket, an incident, a change. */
  file: `${make}|open|raise|log|file|report|register|submit|record|enter|put in|draft|draw up|write|write up|start|request|need|want|declare|track|capture|note down|place`,
  remove,
  /** What is set up and taken down as a whole: stacks, releases. */
  takeDown: `${remove}|tear down|teardown|take down|decommission|kill|purge|terminate|scrap|retire|shut down|bring down`,
  update,
  deploy:
    'deploy|install|upgrade|ship|roll out|rollout|release|push|update|redeploy|put|launch|bring|promote|publish|deliver|apply|delpoy|instal',
  back: 'roll back|rollback|rolled back|roll-back|revert|undo|restore|go back|put back|back out|backout|reset|return|downgrade|reverse|bring back',
  send: 'send|post|write|drop|put|publish|share|announce|tell|notify|inform|message|msg|ping|say|let|shoot|forward|broadcast|give|shout',
  run: 'run|execute|exec|trigger|start|kick off|kick|fire|fire off|launch|invoke|call|use|perform',
  finish: 'close|complete|finish|wrap up|end|finalize|finalise|conclude',
  find: 'find|search|look|look for|locate|hunt|query|grep|scan|seek|dig|check|filter|show|list|get|give|any',
} as const;
