# Capistrano's sshkit: an upload and an execute per host, in groups as Capistrano's documentation has it. Arguments: the task's file.

require "json"
require "sshkit"
require "sshkit/dsl"
include SSHKit::DSL

task = JSON.parse(File.read(ARGV.fetch(0)))
SSHKit.config.output_verbosity = :fatal
SSHKit.config.use_format :blackhole
SSHKit::Backend::Netssh.configure do |ssh|
  ssh.ssh_options = {
    keys: [task["key"]], keys_only: true, config: false,
    user_known_hosts_file: [task["knownHosts"]], verify_host_key: :always
  }
end
hosts = task["hosts"].map do |host|
  SSHKit::Host.new(hostname: host["address"], port: host["port"], user: host["user"])
end

$stdout.sync = true
puts "ready"
$stdin.gets
on(hosts, in: :groups, limit: task["atOnce"], wait: 0) do
  upload! task["archive"]["path"], task["uploaded"]
  execute task["command"]
end
puts "done"
$stdin.gets
