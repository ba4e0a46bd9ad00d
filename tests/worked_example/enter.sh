# How incidents/2025-04-25-gpt-4o-sycophancy was entered, command by command.
# Run it at the top of a repository that does not have the incident; $RECORD is this folder.
set -eu

first=https://openai.com/index/sycophancy-in-gpt-4o/
second=https://openai.com/index/expanding-on-sycophancy/
export RELNOTES_BY="maintainers of relnotes, from the public record"

relnotes incident new "A GPT-4o update made ChatGPT sycophantic" \
  --id 2025-04-25-gpt-4o-sycophancy --behaviour sycophancy --severity unrated \
  --timezone America/Los_Angeles --public-incident
# What no command asks for is written into the head with an editor: contributing changes, blind
# spots, accounts. It says too that the time zone is assumed.
cp "$RECORD/incident.yaml" incidents/2025-04-25-gpt-4o-sycophancy/incident.yaml
relnotes incident retract "" "The sources do not say when an incident was declared."

relnotes incident log -k rollout_started --at 2025-04-24 --public --source "$second" \
  "The update begins to reach users of ChatGPT, on a Thursday."
relnotes incident log -k rollout_completed --at 2025-04-25 --public --source "$second" \
  "The update has reached everybody."
relnotes incident log --at 2025-04-25..2025-04-27 --public --source "$second" \
  "Two days of watching early use and internal signals, what users say among them."
relnotes incident detect --at 2025-04-27 --public --source "$second" \
  "By Sunday it is clear that the model does not behave as it should."
relnotes incident log -k mitigation_applied --at "2025-04-27 20:00..2025-04-28 00:00" --public \
  --source "$second" \
  "Late on Sunday night the system prompt is changed, to take away much of the harm quickly."
relnotes incident log -k rollback_started --at 2025-04-28 --public --source "$second" \
  "On Monday the whole update begins to be taken back."
relnotes incident log -k rollback_completed --at "2025-04-28 20:00..2025-04-30 04:00" --public \
  --source "$second" \
  "The rollback took about 24 hours, so that nothing else would break; read here as 20 to 28."
relnotes incident log -k public_statement --at 2025-04-29 --public --source "$first" \
  "A first post says that the update was taken back, and why it flattered people."
relnotes incident resolve --at "2025-04-28 20:00..2025-04-30 04:00" --public --source "$second" \
  "All traffic of GPT-4o is served by the version before."
relnotes incident log -k postmortem_published --at 2025-05-02 --public --source "$second" \
  "A second post tells in depth what was missed, and what is to change."

plan() { relnotes incident followup add --source "$second" --visibility public "$@"; }
plan --type process "Let problems of behaviour stop a launch, even where the signals are mixed" \
  --done-when "Hallucination, deception, reliability and personality are weighed as safety is"
plan --type detect "Give some users a test phase that they choose, and listen to them before a launch"
plan --type process "Give spot checks and hands-on tests more weight in the last decision"
plan --type detect "Make offline evals and A/B tests better"
plan --type eval \
  "Measure better how well a model keeps to the principles of behaviour in the Model Spec"
plan --type process \
  "Announce every update, subtle ones too, each with what is known to be wrong with it"
